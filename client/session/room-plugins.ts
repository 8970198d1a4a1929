import type { ClientHook, PluginHook, PluginMembers } from '@switchboard/protocol';
import type { PluginState, PluginStatus } from '../client-state.ts';
import type { EngineCommand, VoiceStats } from '../engine/engine-messages.ts';
import type { PluginLibrary } from '../plugins/plugin-library.ts';
import type { PluginStorage } from '../plugins/plugin-storage.ts';
import type { InstalledPlugin } from '../plugins/plugin-rows.ts';
import type { EngineHost } from '../platform/platform.ts';
import { keepIdentity } from './identity.ts';
import { happeningsBetween, membersIn, roomOf, selfIn, type Happening, type Scene } from './plugin-happenings.ts';
import type { PluginLogs } from './plugin-logs.ts';
import { RoomPlugin, type RoomAct, type RoomPluginOptions } from './room-plugin.ts';

export interface RoomPluginsOptions {
  readonly platform: RoomPluginOptions['platform'];
  readonly library: PluginLibrary;
  readonly storage: PluginStorage;
  readonly logs: PluginLogs;
  readonly changed: () => void;
  /** What a plugin asks for, of what concerns no engine. */
  readonly act: (pluginId: string, act: Exclude<RoomAct, { readonly type: 'clip.play' }>) => void;
}

type Order = Extract<EngineCommand, { readonly type: 'plugins' }>;

const NO_ORDER: Order = { type: 'plugins', captured: [], received: [] };
const NOWHERE: Scene = { channelId: null, channels: [], members: [], selfId: null, speaking: [] };

/** The plugins that run: those that are switched on, while one is in a room with an engine. */
export class RoomPlugins {
  readonly #options: RoomPluginsOptions;
  #host: Pick<EngineHost, 'openSandbox' | 'send'> | null = null;
  #plugins: readonly RoomPlugin[] = [];
  #order: Order = NO_ORDER;
  #scene: Scene = NOWHERE;
  #members: PluginMembers | undefined;
  /** One has come into the room, and there was no engine yet for plugins to run. */
  #arrival: Happening | undefined;
  /** Those that are still to hear that one has left. */
  readonly #farewells = new Map<RoomPlugin, Promise<void>>();
  #states: readonly PluginState[] = [];

  constructor(options: RoomPluginsOptions) {
    this.#options = options;
  }

  /** The room as it is shown. */
  get scene(): Scene {
    return this.#scene;
  }

  /** Those that have this hook and answer, in the person's order. */
  having(hook: PluginHook): readonly RoomPlugin[] {
    return this.#plugins.filter((plugin) => plugin.isUp && plugin.hasHook(hook));
  }

  /** One is about to leave, for no other room: the last that plugins hear. */
  leave(): void {
    const [member, room] = [selfIn(this.#scene), roomOf(this.#scene)];
    if (member === undefined || room === null) return;
    for (const plugin of this.having('on_user_leave_channel')) {
      const heard = plugin.call('on_user_leave_channel', { member, room }).catch(() => undefined);
      this.#farewells.set(
        plugin,
        heard.then(() => undefined),
      );
    }
  }

  /**
   * The engine of the room that one is in; null while there is none. Answers with what the engine before is still needed for.
   */
  useEngine(host: Pick<EngineHost, 'openSandbox' | 'send'> | null): Promise<void> | null {
    if (host === this.#host) return null;
    this.#host = host;
    this.#order = NO_ORDER;
    if (host === null) {
      this.#arrival = undefined;
      this.#members = undefined;
    }
    // What broke too often stays stopped, in whatever room.
    const [stopped, others] = [this.#plugins.filter(isStopped), this.#plugins.filter((plugin) => !isStopped(plugin))];
    const closing = others.map((plugin) => this.#close(plugin));
    const farewells = closing.flatMap((farewell) => farewell ?? []);
    this.#farewells.clear();
    this.#plugins = stopped;
    this.follow();
    if (host !== null && this.#arrival !== undefined) {
      this.#tell(this.#arrival);
      this.#arrival = undefined;
    }
    return farewells.length === 0 ? null : Promise.all(farewells).then(() => undefined);
  }

  /** The library is another: starts, ends and tells what that makes necessary. */
  follow(): void {
    const before = this.#plugins;
    const wanted = this.#options.library.plugins.filter(({ enabled }) => enabled);
    this.#plugins = wanted.flatMap((plugin) => this.#runningOf(plugin, before) ?? []);
    for (const plugin of before) if (!this.#plugins.includes(plugin)) plugin.close();
    for (const plugin of this.#plugins) if (!before.includes(plugin)) plugin.start();
    this.#changed();
  }

  /** One that was stopped is tried anew. */
  startAgain(pluginId: string): void {
    const stopped = this.#plugins.find((one) => one.plugin.id === pluginId && isStopped(one));
    if (this.#host !== null) stopped?.start();
    else this.#plugins = this.#plugins.filter((plugin) => plugin !== stopped);
    this.#changed();
  }

  /** What is shown now: what has happened since is told. */
  see(scene: Scene): void {
    const before = this.#scene;
    if (same(before, scene)) return;
    this.#scene = scene;
    if (this.#plugins.length === 0 && (this.#host !== null || !this.#isWanted)) return;
    for (const happening of happeningsBetween(before, scene)) {
      if (this.#host !== null) this.#tell(happening);
      else if (happening.hook === 'on_user_join_channel') this.#arrival = happening;
      else if (happening.hook === 'on_user_leave_channel') this.#arrival = undefined;
    }
    this.#tellMembers();
  }

  /** As they are shown, with what they cost. */
  states(stats: VoiceStats | null): readonly PluginState[] {
    const { plugins } = this.#options.library;
    if (plugins.length === 0 && this.#states.length === 0) return this.#states;
    this.#states = keepIdentity(
      this.#states,
      plugins.map((plugin) => this.#stateOf(plugin, stats)),
    );
    return this.#states;
  }

  /** At once, or once it has heard the last. */
  #close(plugin: RoomPlugin): Promise<void> | undefined {
    const farewell = this.#farewells.get(plugin);
    if (farewell === undefined) plugin.close();
    return farewell?.then(() => plugin.close());
  }

  get #isWanted(): boolean {
    return this.#options.library.plugins.some(({ enabled }) => enabled);
  }

  #stateOf(installed: InstalledPlugin, stats: VoiceStats | null): PluginState {
    const { id, manifest, icon, origin, packageSha256, enabled, config } = installed;
    const running = this.#plugins.find(({ plugin }) => plugin.id === id);
    const sandboxId = running?.sandboxId;
    const measured = sandboxId === undefined ? undefined : stats?.plugins.find((one) => one.sandboxId === sandboxId);
    const { frames, missed, meanUs, maxUs } = measured ?? {};
    const cost =
      frames === undefined || missed === undefined || meanUs === undefined || maxUs === undefined
        ? null
        : { frames, missed, meanUs, maxUs };
    return { manifest, icon, origin, packageSha256, enabled, status: this.#statusOf(enabled, running), config, cost };
  }

  #statusOf(enabled: boolean, running: RoomPlugin | undefined): PluginStatus {
    if (!enabled) return { kind: 'off' };
    return running?.status ?? { kind: 'waiting' };
  }

  /** The one that runs this very package; another one where there is an engine. */
  #runningOf(plugin: InstalledPlugin, before: readonly RoomPlugin[]): RoomPlugin | undefined {
    const running = before.find((one) => isSamePackage(one.plugin, plugin));
    if (running !== undefined) {
      running.become(plugin);
      return running;
    }
    return this.#host === null ? undefined : this.#make(plugin);
  }

  #make(installed: InstalledPlugin): RoomPlugin {
    const { platform, library, storage, logs, act } = this.#options;
    const { id } = installed;
    const plugin = new RoomPlugin(installed, {
      platform,
      // Of the engine that there is then: with another one, this is closed.
      open: (events) => this.#engine().openSandbox(events),
      load: async () => {
        const [{ wasm }, values] = await Promise.all([library.read(installed), storage.read(id)]);
        return { wasm, storage: values };
      },
      changed: () => this.#changed(),
      log: (line) => logs.add(id, line),
      stored: (key, value) => storage.keep(id, key, value),
      act: (wanted) => {
        if (wanted.type === 'clip.play') this.#host?.send({ type: 'clip', samples: wanted.samples });
        else act(id, wanted);
      },
    });
    if (this.#members !== undefined) plugin.setMembers(this.#members);
    return plugin;
  }

  #engine(): Pick<EngineHost, 'openSandbox'> {
    return this.#host ?? GONE;
  }

  #changed(): void {
    this.#tellOrder();
    this.#tellMembers();
    this.#options.changed();
  }

  #tellOrder(): void {
    const idsOf = (hook: PluginHook) => this.having(hook).flatMap(({ sandboxId }) => sandboxId ?? []);
    const order: Order = {
      type: 'plugins',
      captured: idsOf('on_audio_frame_captured'),
      received: idsOf('on_audio_frame_received'),
    };
    const kept = keepIdentity(this.#order, order);
    if (kept === this.#order || this.#host === null) return;
    this.#order = kept;
    this.#host.send(kept);
  }

  /** To those that may know; made only where there are any. */
  #tellMembers(): void {
    const told = this.#plugins.filter(({ plugin }) => mayKnowMembers(plugin));
    if (told.length === 0 || this.#host === null) {
      this.#members = undefined;
      return;
    }
    const members = keepIdentity(this.#members, membersIn(this.#scene));
    if (members === this.#members) return;
    this.#members = members;
    for (const plugin of told) plugin.setMembers(members);
  }

  #tell({ hook, event }: Happening): void {
    for (const plugin of this.#plugins) plugin.tell<ClientHook>(hook, event);
  }
}

/** An engine that has gone: nothing starts there. */
const GONE: Pick<EngineHost, 'openSandbox'> = {
  openSandbox: (events) => {
    void Promise.resolve().then(() => events.ended('The voice engine has gone.'));
    return { id: -1, post: () => undefined, close: () => undefined };
  },
};

function isStopped({ status }: RoomPlugin): boolean {
  return status.kind === 'stopped';
}

function isSamePackage(one: InstalledPlugin, other: InstalledPlugin): boolean {
  return one.id === other.id && one.packageSha256 === other.packageSha256;
}

function mayKnowMembers({ manifest }: InstalledPlugin): boolean {
  return manifest.permissions.some(({ name }) => name === 'members.read');
}

function same(before: Scene, scene: Scene): boolean {
  return (['channelId', 'channels', 'members', 'selfId', 'speaking'] as const).every(
    (part) => before[part] === scene[part],
  );
}
