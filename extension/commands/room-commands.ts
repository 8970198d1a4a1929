import * as vscode from 'vscode';
import { SwitchboardError, type Channel, type ClientState, type VoiceClientApi } from '@switchboard/client';
import { can } from '@switchboard/client/can';
import { channelName } from '@switchboard/protocol';
import { safeParse } from 'valibot';
import type { Calls } from '../calls/calls.ts';
import { webLink, writeJoinLink } from '../links/join-link.ts';
import { plain, withoutIcons } from '../notifications/plain-text.ts';
import type { Problems } from '../notifications/problems.ts';
import { askPassword, refusalOf } from '../servers/server-forms.ts';
import { barrierOf } from '../tree/room-line.ts';
import { isTreeNode } from '../tree/tree-node.ts';
import type { VoiceCommands } from './command-ids.ts';
import { nextRoom, roomsInOrder } from './rooms.ts';

const { t } = vscode.l10n;

export interface RoomCommandsOptions {
  readonly calls: Calls;
  readonly problems: Problems;
  /** Connects where there is no call; false where that failed. */
  readonly connect: () => Promise<void>;
  readonly showChat: () => Promise<void>;
  readonly showPlugins: () => Promise<void>;
}

type RoomCommandId = 'join' | 'leave' | 'nextRoom' | 'newRoom' | 'copyInvite' | 'copyWebLink' | 'openChat' | 'plugins';

/** Into rooms, out of them, and links that lead there. */
export class RoomCommands implements Pick<VoiceCommands, RoomCommandId> {
  readonly #options: RoomCommandsOptions;

  constructor(options: RoomCommandsOptions) {
    this.#options = options;
  }

  /** @param argument a line of the tree, or a room's id; else the person chooses */
  readonly join = async (argument?: unknown): Promise<void> => {
    if (this.#client === undefined) await this.#options.connect();
    const client = this.#client;
    if (client === undefined) return;
    if (argument === undefined) {
      const chosen = await chooseRoom(client.state);
      if (chosen !== undefined) await this.enter(client, chosen);
      return;
    }
    const room = roomOf(argument, client.state);
    if (room === undefined) this.#options.problems.info(t('The room is not there any more, or not open to you.'));
    else await this.enter(client, room);
  };

  readonly leave = async (): Promise<void> => {
    await this.#client?.leave();
  };

  readonly nextRoom = async (): Promise<void> => {
    const client = this.#client;
    if (client === undefined) return;
    const room = nextRoom(client.state);
    if (room === undefined) this.#options.problems.info(t('There is no other room to go to.'));
    else await this.enter(client, room);
  };

  /** Makes a room that goes when the last one leaves it, and goes into it. */
  readonly newRoom = async (argument?: unknown): Promise<void> => {
    const client = this.#client;
    if (client === undefined) return;
    const above = roomOf(argument, client.state);
    const name = await vscode.window.showInputBox({
      title: above === undefined ? t('New Room') : t('New Room in {0}', plain(above.name)),
      prompt: t('It goes when the last one leaves it.'),
      ignoreFocusOut: true,
      validateInput: (text) =>
        safeParse(channelName, text).success ? undefined : t('Type a name of 1 to 64 visible characters.'),
    });
    if (name === undefined) return;
    await this.#attempt(async () => {
      const room = await client.createTemporaryChannel({ name: name.trim(), parentId: above?.id ?? null });
      await client.join(room.id);
    });
  };

  readonly copyInvite = async (argument?: unknown): Promise<void> => {
    const place = this.#placeOf(argument);
    if (place === undefined) return;
    const { server, room } = place;
    const link = { server, ...(room === undefined ? {} : { channel: room.id, name: room.name }) };
    await vscode.env.clipboard.writeText(writeJoinLink(vscode.env.uriScheme, link));
    this.#options.problems.info(t('The invitation is copied. Whoever opens it is asked before joining.'));
  };

  readonly copyWebLink = async (argument?: unknown): Promise<void> => {
    const place = this.#placeOf(argument);
    if (place === undefined) return;
    const { server, room, unique } = place;
    await vscode.env.clipboard.writeText(webLink(server, unique ? room?.name : room?.id));
    this.#options.problems.info(t('The link for the browser is copied.'));
  };

  readonly openChat = (): Promise<void> => this.#options.showChat();

  readonly plugins = (): Promise<void> => this.#options.showPlugins();

  /** Goes in, with the password where it takes one. */
  async enter(client: VoiceClientApi, room: Channel): Promise<void> {
    if (room.id === client.state.channelId) {
      await this.#options.showChat();
      return;
    }
    const { state } = this.#options.calls;
    if (state.status !== 'open') return;
    const server = new URL(state.bookmark.address);
    await this.#attempt(async () => {
      let problem: string | undefined;
      // Who manages a room goes in without its password.
      if (!room.locked || can(client.state, 'channel.manage', room.id)) {
        problem = await refused(client.join(room.id));
        if (problem === undefined) return;
      }
      for (;;) {
        const password = await askPassword(t('Password of the Room {0}', plain(room.name)), server, problem);
        if (password === undefined) return;
        problem = await refused(client.join(room.id, password));
        if (problem === undefined) return;
      }
    });
  }

  get #client(): VoiceClientApi | undefined {
    const { state } = this.#options.calls;
    return state.status === 'open' ? state.client : undefined;
  }

  /** That of a line of the tree, else one's own room, else the server alone. */
  #placeOf(
    argument: unknown,
  ): { readonly server: string; readonly room: Channel | undefined; readonly unique: boolean } | undefined {
    const { state: call } = this.#options.calls;
    if (call.status !== 'open') return undefined;
    const { channels, channelId } = call.client.state;
    const room = roomOf(argument, call.client.state) ?? channels.find(({ id }) => id === channelId);
    const unique = channels.filter(({ name }) => name === room?.name).length <= 1;
    return { server: call.bookmark.address, room, unique };
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#options.problems.show(error);
    }
  }
}

/** Why the password was not accepted; undefined where one is in. */
async function refused(joining: Promise<void>): Promise<string | undefined> {
  try {
    await joining;
    return undefined;
  } catch (error) {
    const asks =
      SwitchboardError.is(error, 'channel.password_wrong') || SwitchboardError.is(error, 'channel.password_required');
    if (!asks) throw error;
    return refusalOf(error);
  }
}

function roomOf(argument: unknown, { channels }: ClientState): Channel | undefined {
  const wanted = isTreeNode(argument) ? (argument.kind === 'room' ? argument.channelId : undefined) : argument;
  return typeof wanted === 'string' ? channels.find(({ id }) => id === wanted) : undefined;
}

async function chooseRoom(state: ClientState): Promise<Channel | undefined> {
  const items = roomsInOrder(state.channels).flatMap((room) => {
    const members = state.members.filter(({ channelId }) => channelId === room.id);
    if (room.id === state.channelId || barrierOf(room, members.length, state) !== null) return [];
    const names = members.map(({ nickname }) => nickname).join(', ');
    return [
      {
        label: withoutIcons(room.name),
        description: withoutIcons(room.topic),
        ...(names === '' ? {} : { detail: withoutIcons(names) }),
        iconPath: new vscode.ThemeIcon(room.locked ? 'lock' : 'unmute'),
        room,
      },
    ];
  });
  const chosen = await vscode.window.showQuickPick(items, { title: t('Join Room'), matchOnDetail: true });
  return chosen?.room;
}
