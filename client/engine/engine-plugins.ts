import type { CapturedFrame } from '../audio/uplink.ts';
import type { Clock } from '../platform/platform.ts';
import type { FrameLine } from '../plugins/frame-line.ts';
import type { PluginStats } from './engine-messages.ts';
import { FramePlugin } from './frame-plugin.ts';
import { PluginChain } from './plugin-chain.ts';
import { ReceivedChain } from './received-chain.ts';

/** The sandboxes that there are, and which of them frames go through. */
export class EnginePlugins {
  readonly captured: PluginChain<CapturedFrame>;
  readonly received = new ReceivedChain();
  readonly #plugins = new Map<number, { readonly plugin: FramePlugin; readonly line: FrameLine }>();
  #capturedIds: readonly number[] = [];
  #receivedIds: readonly number[] = [];

  /** @param later runs what goes on with captured frames when a plugin has answered. */
  constructor(clock: Clock, later: (work: () => void) => void) {
    this.captured = new PluginChain({ clock, later });
  }

  /** A sandbox can be used from now on. @param stuck it missed too many frames in a row, and gets none any more. */
  attach(sandboxId: number, line: FrameLine, stuck: () => void): void {
    this.#remove(sandboxId);
    this.#plugins.set(sandboxId, { plugin: new FramePlugin(sandboxId, line, stuck), line });
    this.#apply();
  }

  detach(sandboxId: number): void {
    this.#remove(sandboxId);
    this.#apply();
  }

  /** Those that are not there are left out until they are. */
  use(captured: readonly number[], received: readonly number[]): void {
    this.#capturedIds = captured;
    this.#receivedIds = received;
    this.#apply();
  }

  /** Of those in use, for the time since this was last asked. */
  takeStats(): PluginStats[] {
    return this.#named(new Set([...this.#capturedIds, ...this.#receivedIds])).map((plugin) => plugin.takeStats());
  }

  close(): void {
    for (const sandboxId of [...this.#plugins.keys()]) this.#remove(sandboxId);
    this.#apply();
  }

  #remove(sandboxId: number): void {
    const known = this.#plugins.get(sandboxId);
    this.#plugins.delete(sandboxId);
    known?.line.close();
    known?.plugin.end();
  }

  #apply(): void {
    this.captured.use(this.#named(this.#capturedIds));
    this.received.use(this.#named(this.#receivedIds));
  }

  #named(ids: Iterable<number>): FramePlugin[] {
    return [...ids].flatMap((id) => this.#plugins.get(id)?.plugin ?? []);
  }
}
