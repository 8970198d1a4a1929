import type { Message, MessageCode } from '@switchboard/protocol';
import * as vscode from 'vscode';
import { findLines } from './code-lines.ts';
import { findFile, showLines } from './open-file.ts';

const TOLD_MS = 6_000;

/** Shows code that somebody sent where it is in one's own files; as a new file where there is none. */
export async function openCode({ code, text }: Message, log: vscode.LogOutputChannel): Promise<void> {
  if (code === null) return;
  const document = await openDocument(code, log);
  if (document === undefined) {
    await openAsNew(text, code.language);
    return;
  }
  const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line).text);
  const { first, last, match } = findLines(lines, text.split('\n'), code.startLine);
  await showLines(document, { first, last });
  const told = {
    exact: undefined,
    moved: undefined,
    similar: vscode.l10n.t('The file differs here from the code that was sent.'),
    lost: vscode.l10n.t('The code that was sent is not in this file; this is where it was.'),
  }[match];
  if (told !== undefined) vscode.window.setStatusBarMessage(`$(info) ${told}`, TOLD_MS);
}

async function openDocument(
  { path, workspace }: MessageCode,
  log: vscode.LogOutputChannel,
): Promise<vscode.TextDocument | undefined> {
  try {
    const uri = path === undefined ? undefined : await findFile(path, workspace);
    return uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
  } catch (error) {
    log.warn('opening the file of a message', error);
    return undefined;
  }
}

async function openAsNew(content: string, language: string): Promise<void> {
  const languages = await vscode.languages.getLanguages();
  const known = languages.includes(language) ? { language } : {};
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content, ...known }));
  const sentence = vscode.l10n.t('No folder that is open here has the file of this code: it is shown as a new one.');
  vscode.window.setStatusBarMessage(`$(info) ${sentence}`, TOLD_MS);
}
