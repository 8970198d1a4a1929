import {
  MAX_PLUGIN_BULK_INSTRUCTIONS,
  MAX_PLUGIN_FUNCTION_BYTES,
  MAX_PLUGIN_FUNCTION_LOCALS,
  MAX_PLUGIN_LOCALS,
} from '@switchboard/protocol';
import { valueTypeOf } from './value-types.ts';
import { ModuleFault, type WasmReader } from './wasm-reader.ts';

/*
 * Looks at the functions of a module, for what is small in the file and large in the engine: its compiler takes memory and time by the size of
 * one function, and looks at each local; and a thread cannot be ended but where a loop or a function begins, so that a long row of
 * instructions of which each moves megabytes would run on after its end.
 */

/** What memory.fill, memory.copy, table.init and their like begin with. */
const PREFIX = 0xfc;
const FIRST_BULK = 0x08;
const LAST_BULK = 0x11;

/** @throws ModuleFault */
export function checkCode(content: WasmReader): void {
  let allLocals = 0;
  for (let left = content.count(1); left > 0; left--) {
    const size = content.u32();
    if (size > MAX_PLUGIN_FUNCTION_BYTES) {
      throw new ModuleFault(
        `The module has a function of ${size} bytes: ${MAX_PLUGIN_FUNCTION_BYTES} (${MAX_PLUGIN_FUNCTION_BYTES / 1024} KiB) at most. Put large tables into data, and split large functions.`,
      );
    }
    const body = content.within(size);
    allLocals += localsOf(body);
    if (allLocals > MAX_PLUGIN_LOCALS) {
      throw new ModuleFault(`The functions of the module have more than ${MAX_PLUGIN_LOCALS} locals together.`);
    }
    if (bulkInstructionsIn(body) > MAX_PLUGIN_BULK_INSTRUCTIONS) {
      throw new ModuleFault(
        `The module has a function with more than ${MAX_PLUGIN_BULK_INSTRUCTIONS} instructions that fill or copy memory or tables: put them into a loop, or into several functions.`,
      );
    }
  }
  if (!content.isAtEnd) throw new ModuleFault('A section of the module is longer than what is in it.');
}

function localsOf(body: WasmReader): number {
  let locals = 0;
  for (let groups = body.count(2); groups > 0; groups--) {
    locals += body.u32();
    if (valueTypeOf(body.byte()) === undefined) {
      throw new ModuleFault('The module uses a type of values that is not possible here.');
    }
    if (locals > MAX_PLUGIN_FUNCTION_LOCALS) {
      throw new ModuleFault(`The module has a function with more than ${MAX_PLUGIN_FUNCTION_LOCALS} locals.`);
    }
  }
  return locals;
}

/**
 * Counts bytes that look like bulk instructions. Within a number they look the same, so that it counts too many and never too few; what is
 * allowed leaves room for that, and nothing has to know every instruction that there is or will be. The number after the prefix may be
 * written longer than it needs to be: then its first byte has the eighth bit.
 */
function bulkInstructionsIn(body: WasmReader): number {
  let found = 0;
  let before = 0;
  while (!body.isAtEnd) {
    const byte = body.byte();
    const number = byte & 0x7f;
    if (before === PREFIX && number >= FIRST_BULK && number <= LAST_BULK) found++;
    before = byte;
  }
  return found;
}
