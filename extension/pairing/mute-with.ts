import type { VoiceClientApi } from '@switchboard/client';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { MuteWhile } from './mute-while.ts';
import { openCall, watchCall } from './watch-call.ts';

const TOLD_MS = 6_000;

type Occasion = 'debugging' | 'presenting';

/** Mutes while one debugs or presents, as far as one has set that. */
export class MuteWith implements vscode.Disposable {
  readonly #calls: Calls;
  readonly #item = vscode.window.createStatusBarItem('switchboard.presenting', vscode.StatusBarAlignment.Left, 0);
  readonly #disposables: { dispose(): void }[];
  readonly #debugging = new Set<string>();
  #muting = new MuteWhile();
  #client: VoiceClientApi | undefined;
  #presenting = false;

  constructor(calls: Calls) {
    this.#calls = calls;
    this.#item.name = vscode.l10n.t('Presenting');
    this.#item.text = `$(device-desktop) ${vscode.l10n.t('Presenting')}`;
    this.#item.tooltip = vscode.l10n.t('Click to stop presenting.');
    this.#item.command = 'switchboard.togglePresenting';
    const running = vscode.debug.activeDebugSession;
    if (running !== undefined) this.#debugging.add(running.id);
    this.#disposables = [
      this.#item,
      vscode.debug.onDidStartDebugSession(({ id }) => {
        this.#debugging.add(id);
        this.#follow();
      }),
      vscode.debug.onDidTerminateDebugSession(({ id }) => {
        this.#debugging.delete(id);
        this.#follow();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('switchboard.muteWhile')) this.#follow();
      }),
      { dispose: watchCall(calls, () => this.#follow()) },
    ];
  }

  async togglePresenting(): Promise<void> {
    this.#presenting = !this.#presenting;
    if (this.#presenting) this.#item.show();
    else this.#item.hide();
    this.#follow();
    if (!this.#presenting || isSet('presenting')) return;
    const mute = vscode.l10n.t('Mute While Presenting');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('You are presenting, and stay audible: muting while presenting is switched off.'),
      mute,
    );
    if (chosen !== mute) return;
    const occasions = [...occasionsSet(), 'presenting'];
    await vscode.workspace
      .getConfiguration('switchboard')
      .update('muteWhile', occasions, vscode.ConfigurationTarget.Global);
  }

  /** Who mutes themselves meanwhile stays so. */
  keepMuted(): void {
    this.#muting.keep();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #follow(): void {
    const call = openCall(this.#calls);
    if (call?.client !== this.#client) {
      this.#client = call?.client;
      this.#muting = new MuteWhile();
    }
    if (call === undefined) return;
    const occasion = (this.#presenting && isSet('presenting')) || (this.#debugging.size > 0 && isSet('debugging'));
    const active = occasion && call.state.channelId !== null;
    const muted = this.#muting.follow({ active, muted: call.state.muted });
    if (muted === undefined) return;
    call.client.setMuted(muted);
    if (muted) return;
    vscode.window.setStatusBarMessage(`$(unmute) ${vscode.l10n.t('You are heard again.')}`, TOLD_MS);
  }
}

/** A list, or one alone. */
function occasionsSet(): readonly unknown[] {
  const set: unknown = vscode.workspace.getConfiguration('switchboard').get('muteWhile');
  return Array.isArray(set) ? set : [set];
}

function isSet(occasion: Occasion): boolean {
  return occasionsSet().includes(occasion);
}
