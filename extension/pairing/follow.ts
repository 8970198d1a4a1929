import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { plain, withoutIcons } from '../notifications/plain-text.ts';
import { followTransition, IDLE, type FollowEffect, type FollowEvent, type FollowState } from './follow-state.ts';
import { showPlace } from './jump.ts';
import { chooseMember, placesOf } from './members.ts';
import { openCall, watchCall } from './watch-call.ts';

const TOLD_MS = 4_000;

/** Performs what `follow-state.ts` decides, and watches whether one moves by oneself. */
export class Follow implements vscode.Disposable {
  readonly #calls: Calls;
  readonly #log: vscode.LogOutputChannel;
  readonly #item = vscode.window.createStatusBarItem('switchboard.following', vscode.StatusBarAlignment.Left, 0);
  readonly #disposables: { dispose(): void }[];
  #state: FollowState = IDLE;
  #nickname = '';
  /** Where one was led last. */
  #led: { readonly uri: string; readonly line: number } | undefined;

  constructor(calls: Calls, log: vscode.LogOutputChannel) {
    this.#calls = calls;
    this.#log = log;
    this.#item.name = vscode.l10n.t('Following');
    this.#item.command = 'switchboard.stopFollowing';
    const stop = watchCall(calls, (call) => {
      if (this.#state.status === 'idle') return;
      this.#dispatch({ type: 'places', roommates: call === undefined ? new Map() : placesOf(call.state) });
    });
    this.#disposables = [
      this.#item,
      { dispose: stop },
      vscode.window.onDidChangeTextEditorSelection((event) => this.#selected(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.#activated(editor)),
    ];
  }

  async start(node: unknown): Promise<void> {
    const call = openCall(this.#calls);
    if (call === undefined) return;
    const member = await chooseMember(call.state, node, vscode.l10n.t('Follow'));
    if (member === undefined) return;
    this.#nickname = member.nickname;
    const place = openCall(this.#calls)?.state.places[member.id];
    this.#dispatch({ type: 'start', memberId: member.id, place });
    this.#show();
  }

  stop(): void {
    this.#dispatch({ type: 'stop' });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #dispatch(event: FollowEvent): void {
    const { state, effects } = followTransition(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: FollowEffect): void {
    if (effect.type === 'jump') {
      void this.#jump(effect);
      return;
    }
    this.#led = undefined;
    this.#item.hide();
    void vscode.commands.executeCommand('setContext', 'switchboard.following', false);
    const sentence = vscode.l10n.t('No longer following {0}', withoutIcons(this.#nickname));
    vscode.window.setStatusBarMessage(sentence, TOLD_MS);
  }

  async #jump({ place }: Extract<FollowEffect, { type: 'jump' }>): Promise<void> {
    let editor: vscode.TextEditor | undefined;
    try {
      // The focus stays where it is: one may be writing to them.
      editor = await showPlace(place, true);
    } catch (error) {
      this.#log.warn('following', error);
    }
    if (editor !== undefined) this.#led = lineOf(editor);
    if (this.#state.status === 'following') this.#show(editor === undefined ? place.path : undefined);
    this.#dispatch({ type: 'jumped' });
  }

  #show(missing?: string): void {
    const sentence = vscode.l10n.t('Following {0}', withoutIcons(this.#nickname));
    this.#item.text = missing === undefined ? `$(eye) ${sentence}` : `$(eye-closed) ${sentence}`;
    const hint = vscode.l10n.t('Click to stop, or just go somewhere yourself.');
    const problem =
      missing === undefined ? [] : [vscode.l10n.t('No folder that is open here has {0}.', plain(missing))];
    this.#item.tooltip = [...problem, hint].join('\n');
    this.#item.accessibilityInformation = { label: [`${sentence}.`, ...problem, hint].join(' '), role: 'button' };
    this.#item.show();
    void vscode.commands.executeCommand('setContext', 'switchboard.following', true);
  }

  #selected({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    const { Keyboard, Mouse, Command } = vscode.TextEditorSelectionChangeKind;
    if (kind === Keyboard || kind === Mouse) this.#moved();
    // A jump is a command, too.
    else if (kind === Command && !this.#isLed(lineOf(textEditor), true)) this.#moved();
  }

  #activated(editor: vscode.TextEditor | undefined): void {
    // One without a column is the output, or a field to write a comment in.
    if (editor?.viewColumn === undefined || this.#isLed(lineOf(editor), false)) return;
    this.#moved();
  }

  #isLed({ uri, line }: { readonly uri: string; readonly line: number }, byLine: boolean): boolean {
    // What is shown during a jump is its doing.
    if (this.#state.status === 'idle' || this.#state.jumping) return true;
    return this.#led !== undefined && uri === this.#led.uri && (!byLine || line === this.#led.line);
  }

  #moved(): void {
    this.#dispatch({ type: 'moved' });
  }
}

function lineOf({ document, selection }: vscode.TextEditor): { readonly uri: string; readonly line: number } {
  return { uri: document.uri.toString(), line: selection.active.line };
}
