import * as vscode from 'vscode';
import type { Bookmarks } from '../servers/bookmarks.ts';
import { idleBookmarkLine } from './bookmark-line.ts';
import { NO_LINES, opens, type LineIcon, type TreeLine, type TreeLines } from './tree-line.ts';
import { keyOf, type TreeNode } from './tree-node.ts';

/** Of lines whose label stands out: names have the colours of what they stand for. */
const LIVE = vscode.Uri.from({ scheme: 'switchboard', path: '/live' });

/** Colours the room that one is in, and who speaks. */
export const liveColour: vscode.FileDecorationProvider = {
  provideFileDecoration: ({ scheme, path }) =>
    scheme === LIVE.scheme && path === LIVE.path
      ? new vscode.FileDecoration(undefined, undefined, new vscode.ThemeColor('charts.green'))
      : undefined,
};

/**
 * Draws the tree of servers and rooms. It is there from the start and knows the list of servers; what is below them is given to it
 * once there is a call.
 */
export class RoomsView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #bookmarks: Bookmarks;
  readonly #extensionUri: vscode.Uri;
  readonly #changes = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #stop: () => void;
  #lines: TreeLines = NO_LINES;
  /** The editor tells lines apart by identity. */
  #nodes = new Map<string, TreeNode>();
  /** Which could be opened when the line above was drawn last. */
  readonly #drawnOpen = new Map<string, boolean>();
  #live = false;

  constructor(bookmarks: Bookmarks, extensionUri: vscode.Uri) {
    this.#bookmarks = bookmarks;
    this.#extensionUri = extensionUri;
    this.#stop = bookmarks.subscribe(() => {
      if (!this.#live) this.#changes.fire(undefined);
    });
  }

  readonly onDidChangeTreeData: vscode.Event<TreeNode[] | undefined> = this.#changes.event;

  /** Shows these from now on; of those that were there before, draws just `changed`. */
  show(lines: TreeLines, changed: readonly string[] | 'all'): void {
    this.#live = true;
    this.#take(lines);
    if (changed === 'all') this.#changes.fire(undefined);
    else if (changed.length > 0) this.#changes.fire(changed.flatMap((key) => this.#nodes.get(key) ?? []));
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (!this.#live && node === undefined) this.#take(this.#bookmarkLines());
    const keys = node === undefined ? this.#lines.top : (this.#lines.lines.get(keyOf(node))?.children ?? []);
    for (const key of keys) {
      const line = this.#lines.lines.get(key);
      if (line !== undefined) this.#drawnOpen.set(key, opens(line));
    }
    return keys.flatMap((key) => this.#nodes.get(key) ?? []);
  }

  /** So that a line can be revealed. */
  getParent(node: TreeNode): TreeNode | undefined {
    const key = keyOf(node);
    for (const [parent, { children }] of this.#lines.lines) {
      if (children?.includes(key) === true) return this.#nodes.get(parent);
    }
    return undefined;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const key = keyOf(node);
    const line = this.#lines.lines.get(key);
    if (line === undefined) return new vscode.TreeItem('');
    const { label } = line;
    const open = opens(line);
    const item = new vscode.TreeItem(
      label,
      open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    // A line that can be opened is another for the editor than one that cannot: only so it is open from the first. It becomes the other one
    // with the line above, never by itself: the editor would lose it.
    item.id = `${key}${(this.#drawnOpen.get(key) ?? open) ? '+' : ''}`;
    item.description = line.description;
    item.tooltip = tooltipOf(line);
    item.iconPath = this.#icon(line.icon);
    if (line.live) item.resourceUri = LIVE;
    item.contextValue = line.context;
    item.accessibilityInformation = { label: line.spoken, role: 'treeitem' };
    if (line.command !== undefined)
      item.command = { command: `switchboard.${line.command}`, title: label, arguments: [node] };
    return item;
  }

  dispose(): void {
    this.#stop();
    this.#changes.dispose();
  }

  #take(lines: TreeLines): void {
    this.#lines = lines;
    const nodes = new Map<string, TreeNode>();
    for (const [key, { node }] of lines.lines) nodes.set(key, this.#nodes.get(key) ?? node);
    for (const key of this.#drawnOpen.keys()) if (!nodes.has(key)) this.#drawnOpen.delete(key);
    this.#nodes = nodes;
  }

  #bookmarkLines(): TreeLines {
    const all = this.#bookmarks.all;
    const lines = all.map((bookmark, index) =>
      idleBookmarkLine(bookmark, { first: index === 0, last: index === all.length - 1 }, vscode.l10n.t),
    );
    return {
      top: lines.map(({ node }) => keyOf(node)),
      lines: new Map(lines.map((line) => [keyOf(line.node), line])),
    };
  }

  #icon(icon: LineIcon): NonNullable<vscode.TreeItem['iconPath']> {
    if ('picture' in icon) {
      const picture = (theme: string): vscode.Uri =>
        vscode.Uri.joinPath(this.#extensionUri, 'media', `${icon.picture}-${theme}.svg`);
      return { light: picture('light'), dark: picture('dark') };
    }
    return new vscode.ThemeIcon(icon.icon, icon.colour === undefined ? undefined : new vscode.ThemeColor(icon.colour));
  }
}

/** Names, topics and places are text, whatever they look like. */
function tooltipOf({ tooltip }: TreeLine): vscode.MarkdownString {
  const shown = new vscode.MarkdownString();
  tooltip.forEach((paragraph, index) => {
    if (index > 0) shown.appendMarkdown('\n\n');
    shown.appendText(paragraph);
  });
  return shown;
}
