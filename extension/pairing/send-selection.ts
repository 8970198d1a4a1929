import { MAX_MESSAGE_LENGTH, SwitchboardError, type MessageCode } from '@switchboard/protocol';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { sentenceOf } from '../calls/sentences.ts';
import { plain, withoutIcons } from '../notifications/plain-text.ts';
import { CodeSending } from './code-sending.ts';
import { selectedCode, shortened, type SelectedCode } from './selected-code.ts';
import { openCall } from './watch-call.ts';

const TOLD_MS = 4_000;

/** Sends what is selected to the room, with where it is from. */
export async function sendSelection(calls: Calls): Promise<void> {
  const call = openCall(calls);
  const editor = vscode.window.activeTextEditor;
  if (call === undefined || call.state.channelId === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Join a room first: the selection goes to those in it.'));
    return;
  }
  const { document, selection } = editor ?? {};
  const code =
    document === undefined || selection === undefined
      ? undefined
      : selectedCode(document.getText(selection), selection.start, selection.end);
  if (document === undefined || code === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Select the code that you want to send.'));
    return;
  }
  const { channelId, channels } = call.state;
  const room = channels.find(({ id }) => id === channelId)?.name ?? '';
  // What is sent is what is selected now, to the room that one is in now: a notification may stand for long.
  const fitting = await fit(code);
  if (fitting === undefined) return;
  await send(new CodeSending(call.client, channelId, fitting.text, codeOf(document, fitting)), room);
}

async function send(sending: CodeSending, room: string): Promise<void> {
  const again = vscode.l10n.t('Try Again');
  for (;;) {
    try {
      await sending.send();
      vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('Sent to {0}', withoutIcons(room))}`, TOLD_MS);
      return;
    } catch (error) {
      if (!SwitchboardError.is(error)) throw error;
      if (error.code === 'channel.not_joined') {
        const sentence = vscode.l10n.t('The selection was not sent: you are not in {0} any more.', plain(room));
        void vscode.window.showInformationMessage(sentence);
        return;
      }
      const sentence = vscode.l10n.t('The selection was not sent. {0}', plain(sentenceOf(error, vscode.l10n.t)));
      if ((await vscode.window.showErrorMessage(sentence, again)) !== again) return;
    }
  }
}

/** What is longer than a message is sent as far as it goes, if one wants that. */
async function fit(code: SelectedCode): Promise<SelectedCode | undefined> {
  if (code.text.length <= MAX_MESSAGE_LENGTH) return code;
  const short = shortened(code, MAX_MESSAGE_LENGTH);
  const sentence = vscode.l10n.t(
    'The selection is {0} characters long, and a message takes {1}.',
    code.text.length,
    MAX_MESSAGE_LENGTH,
  );
  if (short === undefined) {
    void vscode.window.showInformationMessage(sentence);
    return undefined;
  }
  const send = vscode.l10n.t('Send the First {0} Lines', short.endLine - short.startLine + 1);
  return (await vscode.window.showInformationMessage(sentence, send)) === send ? short : undefined;
}

/** What is selected was chosen to be shown, and so is where it is from. */
function codeOf({ uri, languageId }: vscode.TextDocument, { startLine, endLine }: SelectedCode): MessageCode {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  return {
    language: languageId,
    ...(folder === undefined ? {} : { path: vscode.workspace.asRelativePath(uri, false), workspace: folder.name }),
    startLine,
    endLine,
  };
}
