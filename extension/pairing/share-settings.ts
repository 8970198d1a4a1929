import * as vscode from 'vscode';
import { matchesGlob } from './glob.ts';
import type { ShareChoice } from './shared-place.ts';

const PARTS = ['workspace', 'branch', 'file'] as const;

export function shareChoice(): ShareChoice {
  const settings = vscode.workspace.getConfiguration('switchboard.share');
  const [workspace, branch, file] = PARTS.map((part) => settings.get(part) === true);
  return { workspace: workspace === true, branch: branch === true, file: file === true };
}

export async function storeShareChoice(choice: ShareChoice): Promise<void> {
  const settings = vscode.workspace.getConfiguration('switchboard.share');
  for (const part of PARTS) {
    if ((settings.get(part) === true) !== choice[part]) {
      await settings.update(part, choice[part], vscode.ConfigurationTarget.Global);
    }
  }
}

/**
 * Whether its owner never shows this file to others, or keeps it out of sight here, too: what the user hides stays hidden, though a workspace
 * shows it.
 * @param path from the workspace's folder
 */
export function isNeverShared(path: string, folder: vscode.Uri): boolean {
  const own: unknown = vscode.workspace.getConfiguration('switchboard.share').get('exclude');
  const hidden = vscode.workspace.getConfiguration('files', folder).inspect<unknown>('exclude');
  const patterns = [
    ...(Array.isArray(own) ? (own as unknown[]) : []),
    ...hiddenBy(hidden?.defaultValue),
    ...hiddenBy(hidden?.globalValue),
    ...hiddenBy(hidden?.workspaceValue),
    ...hiddenBy(hidden?.workspaceFolderValue),
  ];
  return patterns.some((pattern) => typeof pattern === 'string' && matchesGlob(path, pattern));
}

function hiddenBy(setting: unknown): readonly string[] {
  const entries = typeof setting === 'object' && setting !== null ? Object.entries(setting) : [];
  return entries.filter(([, isHidden]) => isHidden === true).map(([pattern]) => pattern);
}
