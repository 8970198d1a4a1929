import { MAX_COMMAND_ARGUMENTS_LENGTH, SwitchboardError, type ServerCommand } from '@switchboard/protocol';
import type { CommandState } from '../client-state.ts';
import { keepIdentity } from './identity.ts';
import { roomOf, selfIn } from './plugin-happenings.ts';
import type { RoomChat } from './room-chat.ts';
import type { RoomPlugin } from './room-plugin.ts';
import type { RoomPlugins } from './room-plugins.ts';
import type { Session } from './session.ts';

export interface RoomCommandsOptions {
  readonly plugins: Pick<RoomPlugins, 'having' | 'scene'>;
  readonly chat: Pick<RoomChat, 'model' | 'send' | 'reply'>;
  readonly session: Pick<Session, 'request'>;
  /** What a plugin was not allowed to do. */
  readonly log: (pluginId: string, level: 'warn', text: string) => void;
}

/** Slash commands: one's own plugins' first, in their order, then the server's. */
export class RoomCommands {
  readonly #options: RoomCommandsOptions;
  #shown: readonly CommandState[] = [];

  constructor(options: RoomCommandsOptions) {
    this.#options = options;
  }

  /** Those that work now: none outside a room. */
  list(server: readonly ServerCommand[]): readonly CommandState[] {
    const { plugins, chat } = this.#options;
    const own = this.#running().flatMap(({ plugin: { manifest } }) =>
      manifest.commands.map((command): CommandState => ({ ...command, pluginName: manifest.name, by: 'client' })),
    );
    const inRoom = chat.model.channelId !== null && roomOf(plugins.scene) !== null;
    const all = inRoom ? [...own, ...server.map((command): CommandState => ({ ...command, by: 'server' }))] : [];
    const byName = new Map(all.toReversed().map((command) => [command.name, command]));
    if (byName.size === 0 && this.#shown.length === 0) return this.#shown;
    this.#shown = keepIdentity(
      this.#shown,
      all.filter((command) => byName.get(command.name) === command),
    );
    return this.#shown;
  }

  /**
   * @param server the commands of the server
   * @throws SwitchboardError `channel.not_joined`, `command.unknown`, `command.failed`, `protocol.invalid`, the server's refusal
   */
  async invoke(name: string, given: string, server: readonly ServerCommand[]): Promise<void> {
    const { channelId } = this.#options.chat.model;
    if (channelId === null) throw new SwitchboardError('channel.not_joined');
    const args = given.trim();
    if (args.length > MAX_COMMAND_ARGUMENTS_LENGTH)
      throw new SwitchboardError(
        'protocol.invalid',
        `A command takes at most ${MAX_COMMAND_ARGUMENTS_LENGTH} characters.`,
        { field: 'args' },
      );
    const plugin = this.#running().find((one) => one.plugin.manifest.commands.some((command) => command.name === name));
    if (plugin !== undefined) await this.#ask(plugin, channelId, name, args);
    else if (server.some((command) => command.name === name)) await this.#askServer(channelId, name, args);
    else throw new SwitchboardError('command.unknown', `There is no command /${name} here.`);
  }

  #running(): readonly RoomPlugin[] {
    return this.#options.plugins.having('on_command').filter(({ status }) => status.kind === 'running');
  }

  async #ask(plugin: RoomPlugin, channelId: string, name: string, args: string): Promise<void> {
    const { plugins, chat, log } = this.#options;
    const [room, member] = [roomOf(plugins.scene), selfIn(plugins.scene)];
    if (room === null || member === undefined) throw new SwitchboardError('channel.not_joined');
    const { id, manifest } = plugin.plugin;
    const pluginName = manifest.name;
    const { reply, message } = await plugin.call('on_command', { name, args, member, room }).catch((cause: unknown) => {
      const why = SwitchboardError.is(cause) ? ` ${cause.message}` : '';
      throw new SwitchboardError('command.failed', `${pluginName} could not do /${name}.${why}`, { cause });
    });
    if (reply !== undefined) chat.reply(channelId, pluginName, reply);
    if (message === undefined) return;
    if (!manifest.permissions.some((permission) => permission.name === 'message.send')) {
      log(id, 'warn', 'on_command: its message was not sent: it needs the permission message.send.');
      return;
    }
    // Whether it gets through is shown with the message.
    if (chat.model.channelId === channelId) chat.send(message).catch(() => undefined);
  }

  async #askServer(channelId: string, name: string, args: string): Promise<void> {
    const { session, chat } = this.#options;
    const { reply, pluginName } = await session.request('command.invoke', { channelId, name, args });
    if (reply !== null) chat.reply(channelId, pluginName, reply);
  }
}
