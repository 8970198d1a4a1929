import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { onCallChange, type Closable } from '../calls/follow-call.ts';
import { statusTexts, type StatusText, type StatusTexts } from './status-text.ts';

/** The further to the left, the higher; beside what the editor itself shows there. */
const FIRST_PRIORITY = 60;

const ITEMS = ['room', 'microphone', 'sound', 'speakers'] as const satisfies readonly (keyof StatusTexts)[];

/** Room, microphone, sound and speakers at the bottom of the window; nothing while there is no call. */
export class StatusBar implements Closable {
  readonly #items = new Map<keyof StatusTexts, vscode.StatusBarItem>();
  readonly #disposables: Closable[] = [];
  readonly #calls: Calls;

  constructor(calls: Calls, names: Readonly<Record<keyof StatusTexts, string>>) {
    this.#calls = calls;
    ITEMS.forEach((name, index) => {
      const item = vscode.window.createStatusBarItem(
        `switchboard.${name}`,
        vscode.StatusBarAlignment.Left,
        FIRST_PRIORITY - index,
      );
      item.name = names[name];
      this.#items.set(name, item);
      this.#disposables.push(item);
    });
    this.#disposables.push(
      onCallChange(calls, () => this.#draw()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('switchboard.statusBar')) this.#draw();
      }),
    );
    this.#draw();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #draw(): void {
    const speakers = vscode.workspace.getConfiguration('switchboard').get<boolean>('statusBar.speakers', true);
    const texts = statusTexts(this.#calls.state, speakers, vscode.l10n.t);
    for (const name of ITEMS) {
      const item = this.#items.get(name);
      const text = texts[name];
      if (item === undefined) continue;
      if (text === undefined) item.hide();
      else fill(item, text);
    }
  }
}

/** What is the same is not said again: each assignment is a message to the window. */
function fill(item: vscode.StatusBarItem, { text, tooltip, spoken, command, problem }: StatusText): void {
  if (item.text !== text) item.text = text;
  if (item.tooltip !== tooltip) item.tooltip = tooltip;
  if (item.accessibilityInformation?.label !== spoken) item.accessibilityInformation = { label: spoken };
  const id = `switchboard.${command}`;
  if (item.command !== id) item.command = id;
  if ((item.backgroundColor !== undefined) !== problem)
    item.backgroundColor = problem ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
}
