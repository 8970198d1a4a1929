import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import type { RoomCommands } from '../commands/room-commands.ts';
import { findRoom } from '../commands/rooms.ts';
import type { ServerCommands } from '../commands/server-commands.ts';
import { plain } from '../notifications/plain-text.ts';
import type { Problems } from '../notifications/problems.ts';
import type { Bookmarks } from '../servers/bookmarks.ts';
import { readJoinLink, type JoinLink } from './join-link.ts';
import { linkQuestion, roomQuestion, type LinkQuestion } from './link-question.ts';

const { t } = vscode.l10n;

export interface LinkHandlerOptions {
  readonly bookmarks: Bookmarks;
  readonly calls: Calls;
  readonly servers: ServerCommands;
  readonly rooms: RoomCommands;
  readonly problems: Problems;
}

/** Opens invitations. Anybody can write one into a page: nothing happens before the person has said yes. */
export class LinkHandler {
  readonly #options: LinkHandlerOptions;

  constructor(options: LinkHandlerOptions) {
    this.#options = options;
  }

  async open({ path, query }: Pick<vscode.Uri, 'path' | 'query'>): Promise<void> {
    const link = readJoinLink(path, query);
    if (link === undefined) {
      await this.#malformed();
      return;
    }
    if (await asked(linkQuestion(link, t))) await this.#follow(link);
  }

  async #malformed(): Promise<void> {
    const add = t('Add Server');
    const sentence = t('This link leads to no room: it is damaged, or made for a newer version. Ask for another.');
    if ((await vscode.window.showErrorMessage(sentence, add)) === add) await this.#options.servers.addServer();
  }

  async #follow(link: JoinLink): Promise<void> {
    const { server, channel, name } = link;
    const { bookmarks, calls, servers, rooms, problems } = this.#options;
    const bookmark = bookmarks.findByAddress(server) ?? (await servers.add(server));
    if (bookmark === undefined || !(await servers.connectTo(bookmark))) return;
    const { state } = calls;
    if (state.status !== 'open' || channel === undefined) return;
    const room = findRoom(state.client.state.channels, channel);
    if (room === undefined) {
      problems.info(t('There is no room {0} on {1} that is open to you.', plain(name ?? channel), bookmark.name));
      return;
    }
    const otherwise = roomQuestion(link, room, t);
    if (otherwise === undefined || (await asked(otherwise))) await rooms.enter(state.client, room);
  }
}

async function asked({ question, detail, yes }: LinkQuestion): Promise<boolean> {
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, yes)) === yes;
}
