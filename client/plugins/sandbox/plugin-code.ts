import { MAX_PLUGIN_HOST_CALLS, type PluginHook } from '@switchboard/protocol';
import { shownReason } from '../sandbox-checks.ts';
import type { SandboxFault } from '../sandbox-messages.ts';
import { HostFunctions, type HostFunctionsParts } from './host-functions.ts';
import { Kernel } from './kernel.ts';

const BROKEN: SandboxFault = { kind: 'trapped', reason: 'It broke before, and is not called again.' };
const FLOODED: SandboxFault = {
  kind: 'quota',
  reason: `It called functions of the host more than ${MAX_PLUGIN_HOST_CALLS} times in one call.`,
};

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** A plugin's instance with the kernel and the functions that it is linked to. */
export class PluginCode {
  readonly kernel = new Kernel();
  readonly host: HostFunctions;
  readonly #wanted: readonly PluginHook[];
  readonly #hooks = new Map<PluginHook, () => number>();
  #isBroken = false;

  constructor(parts: Omit<HostFunctionsParts, 'kernel'>) {
    this.host = new HostFunctions({ ...parts, kernel: this.kernel });
    this.#wanted = parts.manifest.hooks;
  }

  /**
   * Compiles, links and initialises it: its start section and `_initialize` run.
   * @param wasm as the check has passed it
   * @returns why it cannot be used; undefined if it can
   */
  start(wasm: Uint8Array<ArrayBuffer>): SandboxFault | undefined {
    let module: WebAssembly.Module;
    try {
      module = new WebAssembly.Module(wasm);
    } catch (error) {
      return { kind: 'refused', reason: shownReason(`The module does not compile: ${messageOf(error)}`) };
    }
    return this.#run(0, () => {
      const { exports } = new WebAssembly.Instance(module, this.host.imports());
      for (const hook of this.#wanted) this.#hooks.set(hook, exports[hook] as () => number);
      (exports._initialize as (() => void) | undefined)?.();
      return 0;
    });
  }

  /** The manifest names it. */
  has(hook: PluginHook): boolean {
    return this.#hooks.has(hook);
  }

  /** Something of it has trapped. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /**
   * Calls a hook with the input that is in the kernel's memory. Its output is there afterwards.
   * @returns what went wrong; undefined if nothing did
   */
  call(hook: PluginHook, inputLength: number): SandboxFault | undefined {
    const code = this.#hooks.get(hook);
    return code === undefined ? BROKEN : this.#run(inputLength, code);
  }

  #run(inputLength: number, code: () => number): SandboxFault | undefined {
    if (this.#isBroken) return BROKEN;
    this.kernel.begin(inputLength);
    this.host.begin();
    try {
      const result = code();
      const quota = this.#stopped();
      // Whatever a plugin could catch of it: what was stopped stays stopped.
      if (quota !== undefined) return this.#break(quota);
      return result === 0 ? this.#error() : (this.#error() ?? { kind: 'error', reason: `It answered with ${result}.` });
    } catch (error) {
      return this.#break(this.#stopped() ?? this.#trap(error));
    } finally {
      this.host.end();
    }
  }

  #stopped(): SandboxFault | undefined {
    return this.kernel.fault ?? (this.host.isFlooded ? FLOODED : undefined);
  }

  #break(fault: SandboxFault): SandboxFault {
    this.#isBroken = true;
    return fault;
  }

  #error(): SandboxFault | undefined {
    const block = this.kernel.errorBlock;
    if (block === undefined) return undefined;
    const text = shownReason(lenient.decode(this.kernel.view(block).subarray(0, 4_000)));
    return { kind: 'error', reason: text === '' ? 'It answered with an error.' : text };
  }

  /** An error that it has set before it trapped says more than the trap. */
  #trap(error: unknown): SandboxFault {
    return { kind: 'trapped', reason: shownReason(`It trapped: ${this.#error()?.reason ?? messageOf(error)}`) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
