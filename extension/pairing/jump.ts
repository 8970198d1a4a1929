import type { Place } from '@switchboard/protocol';
import * as vscode from 'vscode';
import type { Calls } from '../calls/calls.ts';
import { plain } from '../notifications/plain-text.ts';
import { chooseMember } from './members.ts';
import { findFile, showLines } from './open-file.ts';
import { openCall } from './watch-call.ts';

/** Goes to the file and line where somebody is, if a folder here has that file. */
export async function jumpToMember(calls: Calls, log: vscode.LogOutputChannel, node: unknown): Promise<void> {
  const call = openCall(calls);
  if (call === undefined) return;
  const member = await chooseMember(call.state, node, vscode.l10n.t('Go to Where They Are'));
  if (member === undefined) return;
  const place = openCall(calls)?.state.places[member.id];
  if (place?.path === undefined) {
    const sentence = vscode.l10n.t('{0} does not share a file now.', plain(member.nickname));
    void vscode.window.showInformationMessage(sentence);
    return;
  }
  try {
    if ((await showPlace(place)) === undefined) {
      await offerPath(vscode.l10n.t('No folder that is open here has {0}.', plain(place.path)), place.path);
    }
  } catch (error) {
    // A picture, say, or a file that is too large.
    log.warn('going to somebody', error);
    await offerPath(vscode.l10n.t('{0} cannot be shown as text.', plain(place.path)), place.path);
  }
}

/** @returns undefined if no folder here has the file */
export async function showPlace(
  { path, workspace, line = 1 }: Place,
  preserveFocus = false,
): Promise<vscode.TextEditor | undefined> {
  const uri = path === undefined ? undefined : await findFile(path, workspace);
  if (uri === undefined) return undefined;
  return showLines(await vscode.workspace.openTextDocument(uri), { first: line }, preserveFocus);
}

async function offerPath(sentence: string, path: string): Promise<void> {
  const copy = vscode.l10n.t('Copy Path');
  const chosen = await vscode.window.showInformationMessage(sentence, copy);
  if (chosen === copy) await vscode.env.clipboard.writeText(path);
}
