import { isRelativePath } from '@switchboard/protocol';
import * as vscode from 'vscode';
import { foldersToSearch } from './place-folders.ts';

/** The file that somebody else named, in one of the folders that are open here; undefined if none has it. */
export async function findFile(path: string, workspace: string | undefined): Promise<vscode.Uri | undefined> {
  // It was checked on its way; what leads out of a folder is opened by nobody's word.
  if (!isRelativePath(path)) return undefined;
  for (const folder of foldersToSearch(vscode.workspace.workspaceFolders ?? [], workspace)) {
    const uri = vscode.Uri.joinPath(folder.uri, path);
    if (await isFile(uri)) return uri;
  }
  return undefined;
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    return (type & vscode.FileType.File) !== 0;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/** Shows these lines, counted from 1: the caret before the first, or all of them selected. */
export async function showLines(
  document: vscode.TextDocument,
  lines: { readonly first: number; readonly last?: number },
  preserveFocus = false,
): Promise<vscode.TextEditor> {
  const start = new vscode.Position(lines.first - 1, 0);
  const end = lines.last === undefined ? start : new vscode.Position(lines.last - 1, Number.MAX_SAFE_INTEGER);
  const selection = document.validateRange(new vscode.Range(start, end));
  const editor = await vscode.window.showTextDocument(document, { preview: true, preserveFocus, selection });
  editor.revealRange(selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  return editor;
}
