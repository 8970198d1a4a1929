import type { Clock, VoiceClientApi } from '@switchboard/client';
import type { Place } from '@switchboard/protocol';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { GitBranch } from './git-branch.ts';
import { isNeverShared, shareChoice, storeShareChoice } from './share-settings.ts';
import { placeOf, sharesAnything, type ShareChoice } from './shared-place.ts';
import { watchCall, type OpenCall } from './watch-call.ts';

/** A caret that is on its way is not looked at yet. */
const SETTLE_MS = 150;
const ASKED = 'switchboard.share.asked';

/** Tells the room where one is in one's files: nothing at first, and what one has chosen when asked. */
export class PlaceSharing implements vscode.Disposable {
  readonly #clock: Clock;
  readonly #memory: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #branch: GitBranch;
  readonly #disposables: { dispose(): void }[];
  #client: VoiceClientApi | undefined;
  #cancel: (() => void) | undefined;

  constructor(calls: Calls, clock: Clock, memory: vscode.Memento, log: vscode.LogOutputChannel) {
    this.#clock = clock;
    this.#memory = memory;
    this.#log = log;
    const changed = (): void => this.#changed();
    this.#branch = new GitBranch(log, changed);
    this.#disposables = [
      this.#branch,
      { dispose: watchCall(calls, (call) => this.#called(call)) },
      { dispose: () => this.#cancel?.() },
      vscode.window.onDidChangeActiveTextEditor(changed),
      vscode.window.onDidChangeTextEditorSelection(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(changed),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('switchboard.share') || event.affectsConfiguration('files.exclude')) changed();
      }),
    ];
  }

  /** Lets one choose anew. */
  async choose(): Promise<void> {
    await this.#memory.update(ASKED, true);
    const choice = shareChoice();
    const item = (part: keyof ShareChoice, label: string, detail: string) => ({
      part,
      label,
      detail,
      picked: choice[part],
    });
    const chosen = await vscode.window.showQuickPick(
      [
        item(
          'file',
          vscode.l10n.t('File and line'),
          vscode.l10n.t('They can go there and follow you, in files of your workspace.'),
        ),
        item('workspace', vscode.l10n.t('Workspace'), vscode.l10n.t('Its name.')),
        item('branch', vscode.l10n.t('Branch'), vscode.l10n.t('The Git branch that you are on.')),
      ],
      { title: vscode.l10n.t('What those in your room see of where you are'), canPickMany: true },
    );
    if (chosen === undefined) return;
    const parts = new Set(chosen.map(({ part }) => part));
    await storeShareChoice({
      workspace: parts.has('workspace'),
      branch: parts.has('branch'),
      file: parts.has('file'),
    });
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #called(call: OpenCall | undefined): void {
    if (call?.client !== this.#client) {
      this.#client = call?.client;
      this.#changed();
    }
    if (call !== undefined && call.state.channelId !== null && this.#memory.get(ASKED) !== true) void this.#ask();
  }

  /** Once, in the first room. */
  async #ask(): Promise<void> {
    try {
      await this.#memory.update(ASKED, true);
      if (sharesAnything(shareChoice())) return;
      const share = vscode.l10n.t('Share File and Line');
      const choose = vscode.l10n.t('Choose…');
      const chosen = await vscode.window.showInformationMessage(
        vscode.l10n.t(
          'You can show those in your room which file and line you are at, so that they can go there and follow you. Nothing is shared unless you choose to.',
        ),
        share,
        choose,
        vscode.l10n.t('Share Nothing'),
      );
      if (chosen === share) await storeShareChoice({ workspace: true, branch: false, file: true });
      else if (chosen === choose) await this.choose();
    } catch (error) {
      this.#log.error('asking what to share', error);
    }
  }

  #changed(): void {
    if (this.#client === undefined) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(SETTLE_MS, () => {
      this.#client?.sharePlace(this.#place());
    });
  }

  #place(): Place | null {
    const choice = shareChoice();
    if (!sharesAnything(choice)) return null;
    const editor = vscode.window.activeTextEditor;
    const inFile = editor === undefined ? undefined : vscode.workspace.getWorkspaceFolder(editor.document.uri);
    const folder = inFile ?? vscode.workspace.workspaceFolders?.[0];
    if (folder === undefined) return null;
    const file = editor === undefined || inFile === undefined ? undefined : sharableFile(editor, inFile);
    return placeOf({ folder, file }, (uri) => this.#branch.of(uri), choice);
  }
}

function sharableFile({ document: { uri }, selection }: vscode.TextEditor, folder: vscode.WorkspaceFolder) {
  const path = vscode.workspace.asRelativePath(uri, false);
  return isNeverShared(path, folder.uri) ? undefined : { uri, path, line: selection.active.line + 1 };
}
