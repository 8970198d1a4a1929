import * as vscode from 'vscode';
import type { TalkKeyProblem } from './talk-key-messages.ts';

/** What to tell the person who wanted to hold a key: why there is none, and what there is instead. */
export function talkKeySentence(problem: TalkKeyProblem, key: string): string {
  switch (problem) {
    case 'unknown_key':
      return vscode.l10n.t(
        'There is no key "{0}" to hold for talking. Choose another in the settings, for example F13, CtrlRight or Ctrl+Alt+Space.',
        key,
      );
    case 'not_loaded':
      return vscode.l10n.t(
        'Holding a key to talk is not possible here: the keyboard module of this system does not load. The shortcut that switches talking on and off works.',
      );
    case 'wayland':
      return vscode.l10n.t(
        'Holding a key to talk is not possible under Wayland, which shows no program the keys of another. The shortcut that switches talking on and off works.',
      );
    case 'no_display':
      return vscode.l10n.t(
        'Holding a key to talk is not possible here: this machine has no screen and keyboard of its own. The shortcut that switches talking on and off works.',
      );
    case 'no_permission':
      return vscode.l10n.t(
        'To hold a key to talk, allow this editor under System Settings, Privacy & Security, Accessibility, and start it again. Until then, the shortcut that switches talking on and off works.',
      );
    case 'failed':
      return vscode.l10n.t(
        'Holding a key to talk does not work: the system refused to show the keyboard. The shortcut that switches talking on and off works.',
      );
  }
}
