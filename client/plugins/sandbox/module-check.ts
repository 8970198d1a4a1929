import {
  MAX_PLUGIN_MEMORY_PAGES,
  MAX_PLUGIN_TABLE_ELEMENTS,
  MAX_PLUGIN_WASM_BYTES,
  type PluginManifest,
  type PluginPermissionName,
} from '@switchboard/protocol';
import { shownReason } from '../sandbox-checks.ts';
import type { SandboxFault } from '../sandbox-messages.ts';
import { abiFunction, adviceFor } from './abi.ts';
import { checkCode } from './code-check.ts';
import { valueTypeOf } from './value-types.ts';
import { leb, ModuleFault, WasmReader } from './wasm-reader.ts';

/*
 * Looks at a plugin's Wasm without running it. What is read here is what decides who may do what: types, imports, tables, memory, exports; and
 * of functions what would take the engine long. That the rest is well-formed is for the engine to find, which compiles nothing that is not.
 */

const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;
type Section = (typeof SECTION)[keyof typeof SECTION];
/** As they must follow each other. */
const ORDER: readonly number[] = [
  SECTION.type,
  SECTION.import,
  SECTION.function,
  SECTION.table,
  SECTION.memory,
  SECTION.tag,
  SECTION.global,
  SECTION.export,
  SECTION.start,
  SECTION.element,
  SECTION.dataCount,
  SECTION.code,
  SECTION.data,
];

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Far beyond what compilers make of 4 MiB, and little enough that looking at a module holds up nobody. */
const MAX_SECTIONS = 1_000;
const MAX_TYPES = 2_000;
const MAX_PARAMETERS = 32;
/** A block of many results costs the engine each of them, and the module two bytes. */
const MAX_RESULTS = 8;
const MAX_FUNCTIONS = 100_000;
const MAX_IMPORTS = 1_000;
const MAX_EXPORTS = 10_000;
const MAX_GLOBALS = 10_000;
const MAX_TABLES = 4;
/** Characters of a name of the module's. */
const MAX_SHOWN = 80;

const FUNCTION_TYPE = 0x60;
const FUNCREF = 0x70;
const EXTERNREF = 0x6f;
const IMPORT_KINDS = ['function', 'table', 'memory', 'global', 'tag'];
const FUNCTION_KIND = 0;
const HAS_MAXIMUM = 1;
const SHARED = 2;

const HOOK_SIGNATURE = '() → i32';

export type ModuleRules = Pick<PluginManifest, 'hooks' | 'permissions' | 'limits'>;

export type CheckedModule =
  /** Limits are written into it: this is what runs. */
  | { readonly ok: true; readonly wasm: Uint8Array<ArrayBuffer> }
  /** Of the kind `refused`; the reason is for the plugin's author. */
  | { readonly ok: false; readonly fault: SandboxFault };

/** Checks a module of a stranger against what its manifest may. Never throws; takes a time that is about proportional to the size. */
export function checkModule(wasm: Uint8Array, rules: ModuleRules): CheckedModule {
  if (wasm.length > MAX_PLUGIN_WASM_BYTES) {
    return refused(`The module has more than ${MAX_PLUGIN_WASM_BYTES / 1024 ** 2} MiB.`);
  }
  try {
    return { ok: true, wasm: new ModuleCheck(wasm.slice(), rules).run() };
  } catch (error) {
    if (error instanceof ModuleFault) return refused(error.message);
    throw error;
  }
}

function refused(reason: string): CheckedModule {
  return { ok: false, fault: { kind: 'refused', reason } };
}

class ModuleCheck {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #permissions: ReadonlySet<PluginPermissionName>;
  readonly #rules: ModuleRules;
  /** As people write them: `(i64, i32) → i32`. */
  readonly #types: string[] = [];
  /** Of each function, its type: those that are imported come first. */
  readonly #functions: number[] = [];
  /** By name, the number of the function. */
  readonly #exports = new Map<string, number>();
  /** What is kept as it is, and what takes the place of what is not. */
  readonly #parts: Uint8Array[] = [];

  constructor(bytes: Uint8Array<ArrayBuffer>, rules: ModuleRules) {
    this.#bytes = bytes;
    this.#rules = rules;
    this.#permissions = new Set(rules.permissions.map(({ name }) => name));
  }

  run(): Uint8Array<ArrayBuffer> {
    const reader = new WasmReader(this.#bytes);
    if (this.#bytes.length < HEADER.length || HEADER.some((byte) => reader.byte() !== byte)) {
      throw new ModuleFault('This is not a WebAssembly module of version 1.');
    }
    this.#parts.push(this.#bytes.subarray(0, reader.at));
    let last = -1;
    let sections = 0;
    while (!reader.isAtEnd) {
      if (++sections > MAX_SECTIONS) throw new ModuleFault(`The module has more than ${MAX_SECTIONS} sections.`);
      const from = reader.at;
      const id = reader.byte();
      const content = reader.within(reader.u32());
      if (id !== SECTION.custom) {
        const place = ORDER.indexOf(id);
        if (place < 0) throw new ModuleFault(`The module has a section of an unknown kind, ${id}.`);
        if (place <= last) throw new ModuleFault('The sections of the module are not in order.');
        last = place;
      }
      const rewritten = this.#section(id as Section, content);
      this.#parts.push(rewritten ?? this.#bytes.subarray(from, reader.at));
    }
    this.#checkExports();
    return concat(this.#parts);
  }

  /** @returns what is to stand in its place, where that is not itself */
  #section(id: Section, content: WasmReader): Uint8Array | undefined {
    switch (id) {
      case SECTION.type:
        this.#readTypes(content);
        return undefined;
      case SECTION.import:
        this.#readImports(content);
        return undefined;
      case SECTION.function:
        this.#readFunctions(content);
        return undefined;
      case SECTION.table:
        return this.#limitTables(content);
      case SECTION.memory:
        return this.#limitMemory(content);
      case SECTION.tag:
        throw new ModuleFault('The module uses exceptions of WebAssembly: compile without them.');
      case SECTION.global:
        countOf(content, MAX_GLOBALS, 'globals', 3);
        return undefined;
      case SECTION.export:
        this.#readExports(content);
        return undefined;
      case SECTION.code:
        checkCode(content);
        return undefined;
      case SECTION.custom:
      case SECTION.start:
      case SECTION.element:
      case SECTION.data:
      case SECTION.dataCount:
        return undefined;
    }
  }

  #readTypes(content: WasmReader): void {
    const count = countOf(content, MAX_TYPES, 'types', 2);
    for (let index = 0; index < count; index++) {
      // Structures and arrays would live outside of the memory that is limited.
      if (content.byte() !== FUNCTION_TYPE) {
        throw new ModuleFault('The module has types of the garbage collector: only functions are possible here.');
      }
      const parameters = valueTypes(content, MAX_PARAMETERS, 'parameters');
      const results = valueTypes(content, MAX_RESULTS, 'results');
      this.#types.push(signature(parameters, results));
    }
    ended(content);
  }

  #readImports(content: WasmReader): void {
    const count = countOf(content, MAX_IMPORTS, 'imports', 4);
    for (let index = 0; index < count; index++) {
      const module = content.name();
      const name = content.name();
      const kind = content.byte();
      if (kind !== FUNCTION_KIND) {
        const what = IMPORT_KINDS[kind] ?? 'thing of an unknown kind';
        throw new ModuleFault(
          `The module imports the ${what} ${shown(module)}.${shown(name)}: only functions can be imported.`,
        );
      }
      const type = content.u32();
      this.#checkImport(module, name, type);
      this.#functions.push(type);
    }
    ended(content);
  }

  #checkImport(module: string, name: string, type: number): void {
    const full = `${shown(module)}.${shown(name)}`;
    const wanted = abiFunction(module, name);
    if (wanted === undefined) {
      throw new ModuleFault(`The module imports ${full}, which does not exist here. ${adviceFor(module, name)}`);
    }
    const { permission } = wanted;
    if (permission !== undefined && !this.#permissions.has(permission)) {
      throw new ModuleFault(
        `The module imports ${full}, for which plugin.json must ask for the permission “${permission}”.`,
      );
    }
    const expected = signature(wanted.parameters, wanted.results);
    const actual = this.#types[type];
    if (actual !== expected) {
      throw new ModuleFault(
        `The module imports ${full} as ${actual ?? 'something without a type'}: it is ${expected}.`,
      );
    }
  }

  #readFunctions(content: WasmReader): void {
    const count = countOf(content, MAX_FUNCTIONS, 'functions', 1);
    for (let index = 0; index < count; index++) this.#functions.push(content.u32());
    ended(content);
  }

  #limitTables(content: WasmReader): Uint8Array {
    const count = countOf(content, MAX_TABLES, 'tables', 3);
    const tables: number[] = [...leb(count)];
    for (let index = 0; index < count; index++) {
      const type = content.byte();
      if (type !== FUNCREF && type !== EXTERNREF) {
        throw new ModuleFault('The module has a table of a kind that is not possible here: only of functions.');
      }
      const [minimum, maximum] = limitsOf(content, 'table');
      if (minimum > MAX_PLUGIN_TABLE_ELEMENTS) {
        throw new ModuleFault(`The module has a table of ${minimum} elements: ${MAX_PLUGIN_TABLE_ELEMENTS} at most.`);
      }
      tables.push(type, HAS_MAXIMUM, ...leb(minimum), ...leb(Math.min(maximum, MAX_PLUGIN_TABLE_ELEMENTS)));
    }
    ended(content);
    return section(SECTION.table, tables);
  }

  #limitMemory(content: WasmReader): Uint8Array | undefined {
    const count = content.u32();
    if (count === 0) return undefined;
    if (count > 1) throw new ModuleFault('The module has several memories: one at most.');
    const [minimum, declared] = limitsOf(content, 'memory');
    ended(content);
    const most = Math.min(this.#rules.limits.memoryPages, MAX_PLUGIN_MEMORY_PAGES);
    if (minimum > most) {
      throw new ModuleFault(
        `The module begins with ${minimum} pages of memory, of 64 KiB each: ${most} are allowed (limits.memoryPages in plugin.json, ${MAX_PLUGIN_MEMORY_PAGES} at most).`,
      );
    }
    return section(SECTION.memory, [1, HAS_MAXIMUM, ...leb(minimum), ...leb(Math.min(declared, most))]);
  }

  #readExports(content: WasmReader): void {
    const count = countOf(content, MAX_EXPORTS, 'exports', 3);
    for (let index = 0; index < count; index++) {
      const name = content.name();
      const kind = content.byte();
      const number = content.u32();
      if (kind === FUNCTION_KIND) this.#exports.set(name, number);
    }
    ended(content);
  }

  #checkExports(): void {
    for (const hook of this.#rules.hooks) {
      const actual = this.#signatureOfExport(hook);
      if (actual === undefined) {
        throw new ModuleFault(`The module exports no function ${hook}, which plugin.json names as a hook.`);
      }
      if (actual !== HOOK_SIGNATURE) {
        throw new ModuleFault(`The module exports ${hook} as ${actual}: a hook is ${HOOK_SIGNATURE}.`);
      }
    }
    const initialize = this.#signatureOfExport('_initialize');
    if (initialize !== undefined && initialize !== '() → nothing') {
      throw new ModuleFault(`The module exports _initialize as ${initialize}: it is called without anything.`);
    }
  }

  #signatureOfExport(name: string): string | undefined {
    const number = this.#exports.get(name);
    if (number === undefined) return undefined;
    return this.#types[this.#functions[number] ?? -1] ?? 'something without a type';
  }
}

function valueTypes(content: WasmReader, most: number, what: string): readonly string[] {
  const count = countOf(content, most, `${what} of one function`, 1);
  const types: string[] = [];
  for (let index = 0; index < count; index++) {
    const type = valueTypeOf(content.byte());
    if (type === undefined) throw new ModuleFault('The module uses a type of values that is not possible here.');
    types.push(type);
  }
  return types;
}

function signature(parameters: readonly string[], results: readonly string[]): string {
  return `(${parameters.join(', ')}) → ${results.length === 0 ? 'nothing' : results.join(', ')}`;
}

/** Minimum and maximum; Infinity where there is none. */
function limitsOf(content: WasmReader, what: 'table' | 'memory'): readonly [number, number] {
  const flags = content.byte();
  if ((flags & SHARED) !== 0)
    throw new ModuleFault(`The module shares its ${what} between threads: compile without threads.`);
  if (flags > HAS_MAXIMUM) {
    throw new ModuleFault(`The module has a ${what} of 64 bits, or of another extension: compile for wasm32.`);
  }
  const minimum = content.u32();
  const maximum = flags === HAS_MAXIMUM ? content.u32() : Infinity;
  if (maximum < minimum) throw new ModuleFault(`The module has a ${what} that is larger than its own maximum.`);
  return [minimum, maximum];
}

function countOf(content: WasmReader, most: number, what: string, leastBytes: number): number {
  const count = content.count(leastBytes);
  if (count > most) throw new ModuleFault(`The module has more than ${most} ${what}.`);
  return count;
}

function ended(content: WasmReader): void {
  if (!content.isAtEnd) throw new ModuleFault('A section of the module is longer than what is in it.');
}

/** A name of the module's, fit for a sentence. */
function shown(name: string): string {
  const line = shownReason(name);
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1).toWellFormed()}…` : line;
}

function section(id: number, content: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...leb(content.length), ...content]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
