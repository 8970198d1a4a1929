import * as vscode from 'vscode';
import { Bookmarks } from './servers/bookmarks.ts';
import type { Bookmark } from './servers/bookmark.ts';
import { addressCandidates } from './servers/server-address.ts';

/**
 * The extension in an editor that is a web page (vscode.dev): no process can be forked there, and no microphone reaches a webview.
 * What it can do is open the server's own page, in which one talks.
 */
export function activate(context: vscode.ExtensionContext): void {
  const bookmarks = new Bookmarks(context.globalState);
  const changed = new vscode.EventEmitter<undefined>();
  const tree: vscode.TreeDataProvider<Bookmark> = {
    onDidChangeTreeData: changed.event,
    getChildren: (parent) => (parent === undefined ? [...bookmarks.all] : []),
    getTreeItem: itemOf,
  };
  context.subscriptions.push(
    changed,
    { dispose: bookmarks.subscribe(() => changed.fire(undefined)) },
    vscode.window.registerTreeDataProvider('switchboard.rooms', tree),
    vscode.commands.registerCommand('switchboard.addServer', () => addServer(bookmarks)),
    vscode.commands.registerCommand('switchboard.openInBrowser', (bookmark?: Bookmark) =>
      openPage(bookmarks, bookmark),
    ),
  );
}

function itemOf(bookmark: Bookmark): vscode.TreeItem {
  const item = new vscode.TreeItem(bookmark.name);
  item.description = new URL(bookmark.address).host;
  item.iconPath = new vscode.ThemeIcon('link-external');
  item.command = {
    command: 'switchboard.openInBrowser',
    title: vscode.l10n.t("Open the server's page"),
    arguments: [bookmark],
  };
  return item;
}

/** @returns the server that was added; undefined if the person thought better of it */
async function addServer(bookmarks: Bookmarks): Promise<Bookmark | undefined> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t('Add Server'),
    prompt: vscode.l10n.t(
      "An editor in the browser cannot use the microphone. The server's own page opens beside it, and one talks there.",
    ),
    placeHolder: 'https://voice.example.org',
    ignoreFocusOut: true,
    validateInput: (text) =>
      addressCandidates(text).length === 0 ? vscode.l10n.t('That is not the address of a server.') : undefined,
  });
  const [address] = addressCandidates(typed ?? '');
  if (address === undefined) return undefined;
  const known = bookmarks.findByAddress(address.origin);
  const { origin, host } = address;
  const bookmark = known ?? {
    id: crypto.randomUUID(),
    address: origin,
    name: host,
    nickname: '',
    signIn: { type: 'guest' },
  };
  if (known === undefined) await bookmarks.add(bookmark);
  await vscode.env.openExternal(vscode.Uri.parse(bookmark.address));
  return bookmark;
}

async function openPage(bookmarks: Bookmarks, named: Bookmark | undefined): Promise<void> {
  const bookmark = named ?? (await choose(bookmarks));
  if (bookmark !== undefined) await vscode.env.openExternal(vscode.Uri.parse(bookmark.address));
}

async function choose(bookmarks: Bookmarks): Promise<Bookmark | undefined> {
  const { all } = bookmarks;
  if (all.length === 0) {
    await addServer(bookmarks);
    return undefined;
  }
  const items = all.map((bookmark) => ({ label: bookmark.name, description: bookmark.address, bookmark }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Open the server's page") });
  return chosen?.bookmark;
}
