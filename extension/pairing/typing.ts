import type { Clock } from '@switchboard/client';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { TypingWatch } from './typing-watch.ts';
import { openCall } from './watch-call.ts';

/** While one types in an editor, the microphone is told, so that the keys are not heard. */
export function watchTyping(calls: Calls, clock: Clock): vscode.Disposable {
  const watch = new TypingWatch(clock, (typing) => openCall(calls)?.client.setTyping(typing));
  const listening = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    // What changed on the disk is read again, and is not dirty.
    const isTyped = document === vscode.window.activeTextEditor?.document && document.isDirty;
    const isInRoom = typeof openCall(calls)?.state.channelId === 'string';
    if (!isTyped || contentChanges.length === 0 || !isInRoom) return;
    if (vscode.workspace.getConfiguration('switchboard').get('suppressTyping') === true) watch.typed();
  });
  return vscode.Disposable.from(listening, { dispose: () => watch.stop() });
}
