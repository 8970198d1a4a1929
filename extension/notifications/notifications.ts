import * as vscode from 'vscode';
import type { Clock, ClientState } from '@switchboard/client';
import type { Calls, CallState } from '../calls/calls.ts';
import { onCallChange, clientStateOf, type Closable } from '../calls/follow-call.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import { NewsGate } from './news-gate.ts';
import { newsText } from './news-text.ts';
import { newsBetween, type News } from './news.ts';
import { plain } from './plain-text.ts';
import type { Problems } from './problems.ts';
import { untrustedBetween } from './untrusted.ts';

const { t } = vscode.l10n;

export interface NotificationsOptions {
  readonly calls: Calls;
  readonly clock: Clock;
  readonly problems: Problems;
  /** What comes into the chat is in sight. */
  readonly chatVisible: () => boolean;
  readonly showChat: () => Promise<void>;
}

/** Tells what happens in the room while one looks elsewhere, and what has gone wrong, each once. */
export class Notifications implements Closable {
  readonly #options: NotificationsOptions;
  readonly #gate: NewsGate;
  readonly #following: Closable;
  #call: CallState;
  #state: ClientState | undefined;

  constructor(options: NotificationsOptions) {
    this.#options = options;
    const { calls, clock } = options;
    this.#gate = new NewsGate(clock, (news) => this.#tell(news));
    this.#call = calls.state;
    this.#state = clientStateOf(calls.state);
    this.#following = onCallChange(calls, (call) => this.#follow(call));
  }

  dispose(): void {
    this.#following.dispose();
    this.#gate.close();
  }

  #follow(call: CallState): void {
    const { problems } = this.#options;
    const [callBefore, before] = [this.#call, this.#state];
    this.#call = call;
    this.#state = clientStateOf(call);
    if (call !== callBefore && call.status === 'ended') problems.problem(call.problem, call.bookmark);
    const sameClient = call.status === 'open' && 'client' in callBefore && callBefore.client === call.client;
    if (before === undefined || this.#state === undefined || !sameClient) return;
    this.#changes(before, this.#state, call.bookmark);
  }

  #changes(before: ClientState, after: ClientState, bookmark: Bookmark): void {
    const { problems } = this.#options;
    if (before.channelId !== after.channelId) this.#gate.drop();
    this.#gate.add(newsBetween(before, after).filter((news) => this.#wanted(news)));
    const { microphone, notice, moved } = after;
    const untrusted = untrustedBetween(before, after);
    if (untrusted !== undefined) problems.problem(untrusted, bookmark);
    // A muted person is told when it matters: the status bar shows it meanwhile.
    if (microphone !== before.microphone && microphone.status === 'failed') problems.problem(microphone.problem);
    if (notice !== null && notice !== before.notice && !this.#options.chatVisible()) problems.info(notice);
    if (moved !== null && moved !== before.moved) problems.info(this.#movedText(moved.channelId, after));
  }

  #movedText(channelId: string | null, { channels }: ClientState): string {
    const room = channels.find(({ id }) => id === channelId);
    return room === undefined ? t('You were taken out of the room.') : t('You were moved to {0}.', plain(room.name));
  }

  #wanted({ kind }: News): boolean {
    const wanted = (name: string): boolean =>
      vscode.workspace.getConfiguration('switchboard.notifications').get<boolean>(name, true);
    if (kind === 'arrival') return wanted('arrivals');
    const seen = this.#options.chatVisible() && vscode.window.state.focused;
    if (seen) return false;
    return wanted('messages') || (kind === 'mention' && wanted('mentions'));
  }

  #tell(news: readonly News[]): void {
    const text = newsText(news, t);
    if (text === undefined) return;
    if (!text.chat) {
      void vscode.window.showInformationMessage(text.sentence);
      return;
    }
    const open = t('Open Chat');
    void vscode.window.showInformationMessage(text.sentence, open).then((chosen) => {
      if (chosen === open) void this.#options.showChat();
    });
  }
}
