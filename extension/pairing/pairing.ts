import { nodeClock } from '@switchboard/client/host';
import type { Message } from '@switchboard/protocol';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { Follow } from './follow.ts';
import { jumpToMember } from './jump.ts';
import { MuteWith } from './mute-with.ts';
import { openCode } from './open-code.ts';
import { PlaceSharing } from './place-sharing.ts';
import { sendSelection } from './send-selection.ts';
import { watchTyping } from './typing.ts';

/** What the commands of pair programming do; `node` is the line of the tree that one was called on, if it was. */
export interface PairingCommands {
  sharePlace(): Promise<void>;
  jumpToMember(node?: unknown): Promise<void>;
  followMember(node?: unknown): Promise<void>;
  stopFollowing(): void;
  sendSelection(): Promise<void>;
  togglePresenting(): Promise<void>;
  /** The user has asked to be muted, perhaps being so already. */
  keepMuted(): void;
  /** Shows the code of a message where it is in one's own files. */
  openCode(message: Message): Promise<void>;
  dispose(): void;
}

/** All that is made for programming together: places, following, code, and a microphone that knows when to be quiet. */
export function startPairing({
  calls,
  context,
  log,
}: {
  readonly calls: Calls;
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
}): PairingCommands {
  const sharing = new PlaceSharing(calls, nodeClock, context.globalState, log);
  const follow = new Follow(calls, log);
  const muting = new MuteWith(calls);
  const all = vscode.Disposable.from(sharing, follow, muting, watchTyping(calls, nodeClock));
  return {
    sharePlace: () => sharing.choose(),
    jumpToMember: (node) => jumpToMember(calls, log, node),
    followMember: (node) => follow.start(node),
    stopFollowing: () => follow.stop(),
    sendSelection: () => sendSelection(calls),
    keepMuted: () => muting.keepMuted(),
    togglePresenting: () => muting.togglePresenting(),
    async openCode(message) {
      try {
        await openCode(message, log);
      } catch (error) {
        log.error('opening the code of a message', error);
        const showLog = vscode.l10n.t('Show Log');
        const sentence = vscode.l10n.t('The code cannot be shown. The log has the details.');
        if ((await vscode.window.showErrorMessage(sentence, showLog)) === showLog) log.show();
      }
    },
    dispose: () => {
      all.dispose();
    },
  };
}
