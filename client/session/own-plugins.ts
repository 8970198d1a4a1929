import {
  consentsOf,
  SwitchboardError,
  type MessageCode,
  type PluginConfig,
  type PluginConsent,
} from '@switchboard/protocol';
import type { ClientState } from '../client-state.ts';
import type { VoiceStats } from '../engine/engine-messages.ts';
import type { EngineHost, Platform } from '../platform/platform.ts';
import { newConsents, updateProblem } from '../plugins/package/plugin-update.ts';
import { PluginLibrary, readClientPackage, storing } from '../plugins/plugin-library.ts';
import { PluginStorage } from '../plugins/plugin-storage.ts';
import type { PluginInspection, PluginLogLine } from '../voice-client-api.ts';
import type { SentEntries } from './chat-entries.ts';
import type { ChatModel } from './chat-state.ts';
import { MessageRemarks } from './message-remarks.ts';
import { OutgoingMessages } from './outgoing-messages.ts';
import { PluginLogs } from './plugin-logs.ts';
import { PluginOffers } from './plugin-offers.ts';
import { problemOf } from './problem.ts';
import type { RoomChat } from './room-chat.ts';
import { RoomCommands } from './room-commands.ts';
import type { RoomAct } from './room-plugin.ts';
import { RoomPlugins } from './room-plugins.ts';
import type { RoomState } from './room-state.ts';
import type { Session } from './session.ts';

export interface OwnPluginsOptions {
  readonly platform: Platform;
  /** The address of the server's web port. */
  readonly server: URL;
  readonly session: Pick<Session, 'request'>;
  readonly chat: RoomChat;
  /** What the server brings. */
  readonly catalogue: () => Pick<RoomState, 'pluginOffers' | 'serverCommands'>;
  readonly setStatus: (status: string) => Promise<void>;
  readonly changed: () => void;
}

/** What is shown of plugins. */
export type PluginsShown = Pick<ClientState, 'plugins' | 'pluginOffers' | 'commands'>;

/** One's own plugins: those that are installed, those that run, and what they have a say in. */
export class OwnPlugins {
  readonly #options: OwnPluginsOptions;
  readonly #library: PluginLibrary;
  readonly #storage: PluginStorage;
  readonly #logs = new PluginLogs();
  readonly #room: RoomPlugins;
  readonly #outgoing: OutgoingMessages;
  readonly #commands: RoomCommands;
  readonly #remarks: MessageRemarks;
  readonly #offers: PluginOffers;

  constructor(options: OwnPluginsOptions) {
    const { platform, server, session, chat } = options;
    this.#options = options;
    this.#library = new PluginLibrary(platform.blobs, () => {
      this.#room.follow();
      this.#offers.again();
    });
    this.#storage = new PluginStorage(
      platform.blobs,
      platform.clock,
      (id) => this.#log(id, 'error', 'What the plugin keeps could not be written.'),
      (id) => this.#library.isStillInstalled(id),
    );
    this.#room = new RoomPlugins({
      platform,
      library: this.#library,
      storage: this.#storage,
      logs: this.#logs,
      changed: () => {
        this.#remarks.follow();
        options.changed();
      },
      act: (id, act) => void this.#act(id, act),
    });
    this.#outgoing = new OutgoingMessages(this.#room, chat);
    this.#commands = new RoomCommands({
      plugins: this.#room,
      chat,
      session,
      log: (id, level, text) => this.#log(id, level, text),
    });
    this.#remarks = new MessageRemarks({
      clock: platform.clock,
      plugins: this.#room,
      installed: () => this.#library.plugins,
      changed: options.changed,
    });
    this.#offers = new PluginOffers({
      platform,
      server,
      library: this.#library,
      log: (id, level, text) => this.#log(id, level, text),
    });
  }

  /** Reads what is installed. Where that fails, the next call that needs it says so. */
  load(): void {
    this.#library.load().catch(() => undefined);
  }

  /** The engine of the room that one is in; null while there is none. */
  useEngine(host: EngineHost | null): Promise<void> | null {
    return this.#room.useEngine(host);
  }

  /** One is about to leave, for no other room. */
  leave(): void {
    this.#room.leave();
  }

  /** What is shown now: plugins are told what has happened since, and follow what is offered. */
  see(state: ClientState): void {
    this.#room.see(state);
    this.#offers.follow(state.pluginOffers);
  }

  shown(stats: VoiceStats | null): PluginsShown {
    const { pluginOffers, serverCommands } = this.#options.catalogue();
    return { plugins: this.#room.states(stats), pluginOffers, commands: this.#commands.list(serverCommands) };
  }

  /** The messages as they are to be shown. */
  remarked(model: ChatModel): SentEntries {
    return this.#remarks.shown(model);
  }

  sendMessage(text: string, code: MessageCode | null = null): Promise<void> {
    return this.#outgoing.send(text, code);
  }

  invokeCommand(name: string, args: string): Promise<void> {
    return this.#commands.invoke(name, args, this.#options.catalogue().serverCommands);
  }

  fetch(pluginId: string): Promise<Uint8Array> {
    return this.#offers.fetch(pluginId);
  }

  async inspect(pluginPackage: Uint8Array): Promise<PluginInspection> {
    const { manifest, icon, readme, signed } = await readClientPackage(pluginPackage);
    await this.#library.load();
    const installed = this.#library.find(manifest.id);
    const refusal = installed === undefined ? undefined : updateProblem(installed.manifest, manifest);
    if (refusal !== undefined) throw refusal;
    return {
      manifest,
      icon,
      readme,
      signed,
      installedVersion: installed?.manifest.version ?? null,
      consents: consentsOf(manifest),
      newConsents: newConsents(installed?.agreed ?? [], manifest),
    };
  }

  async install(pluginPackage: Uint8Array, agreed: readonly PluginConsent[], origin: 'file' | 'server'): Promise<void> {
    await this.#library.load();
    const server = origin === 'server' ? this.#options.server.origin : null;
    await this.#library.install(pluginPackage, { agreed, origin, server });
  }

  async remove(pluginId: string): Promise<void> {
    await this.#library.load();
    await this.#library.remove(pluginId);
    this.#logs.remove(pluginId);
    await storing(() => this.#storage.remove(pluginId));
  }

  async setEnabled(pluginId: string, enabled: boolean): Promise<void> {
    await this.#library.load();
    await this.#library.setEnabled(pluginId, enabled);
    if (enabled) this.#room.startAgain(pluginId);
  }

  async move(pluginId: string, index: number): Promise<void> {
    await this.#library.load();
    await this.#library.move(pluginId, index);
  }

  async configure(pluginId: string, config: PluginConfig): Promise<void> {
    await this.#library.load();
    await this.#library.configure(pluginId, config);
  }

  async log(pluginId: string): Promise<readonly PluginLogLine[]> {
    await this.#library.load();
    this.#required(pluginId);
    return this.#logs.of(pluginId);
  }

  async readme(pluginId: string): Promise<string> {
    await this.#library.load();
    const { readme } = await this.#library.read(this.#required(pluginId));
    return readme;
  }

  /** Nothing runs any more, and all that is to stay is written. */
  async close(): Promise<void> {
    await this.#room.useEngine(null);
    await this.#storage.flush();
  }

  #required(pluginId: string) {
    const plugin = this.#library.find(pluginId);
    if (plugin === undefined) throw new SwitchboardError('plugin.not_found');
    return plugin;
  }

  async #act(pluginId: string, act: Exclude<RoomAct, { readonly type: 'clip.play' }>): Promise<void> {
    try {
      if (act.type === 'message.send') await this.#options.chat.send(act.message.text);
      else await this.#options.setStatus(act.status);
    } catch (error) {
      this.#log(pluginId, 'warn', `${act.type}: ${problemOf(error, 'server.internal').message}`);
    }
  }

  #log(pluginId: string, level: PluginLogLine['level'], text: string): void {
    this.#logs.add(pluginId, { timeMs: this.#options.platform.epochMs(), level, text });
  }
}
