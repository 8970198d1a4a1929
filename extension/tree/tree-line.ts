import type { TreeNode } from './tree-node.ts';

/** The pictures of lines: the editor's own icons, and those of `media/`. */
export type LineIcon =
  | { readonly icon: string; readonly colour?: string }
  /** For light and for dark themes. */
  | { readonly picture: 'mic-off' | 'headphones-off' };

/** How a line looks, without the editor. */
export interface TreeLine {
  readonly node: TreeNode;
  readonly label: string;
  /** Where one is, or who speaks: the label stands out. */
  readonly live: boolean;
  readonly description: string;
  /** Paragraphs of plain text, whoever wrote them. */
  readonly tooltip: readonly string[];
  readonly icon: LineIcon;
  /**
   * Words joined by dots, beginning with the kind: what the menus of the manifest look at, and nothing else. At each change of a context key
   * in them, or in the commands that they offer, the editor draws all lines anew, and stumbles over those that are just being replaced.
   */
  readonly context: string;
  /** Said by screen readers instead of the label. */
  readonly spoken: string;
  /** What a click does. */
  readonly command?: 'connect' | 'join' | 'jumpToMember';
  /** Keys of the lines below; undefined where there can be none. */
  readonly children: readonly string[] | undefined;
}

/** All lines by key, and those of the top in their order. */
export interface TreeLines {
  readonly top: readonly string[];
  readonly lines: ReadonlyMap<string, TreeLine>;
}

export const NO_LINES: TreeLines = { top: [], lines: new Map() };

/**
 * What to draw anew to get from one picture to the other: keys of lines, `all` where the top is another. A line is drawn with those below;
 * one that can be opened from now on, or not any more, is drawn with its parent: for the editor it is another line.
 */
export function changedLines(before: TreeLines, after: TreeLines): readonly string[] | 'all' {
  if (!sameKeys(before.top, after.top)) return 'all';
  const changed: string[] = [];
  /** Whether these have to be drawn all. */
  const visit = (keys: readonly string[]): boolean => {
    const own: string[] = [];
    for (const key of keys) {
      const [old, now] = [before.lines.get(key), after.lines.get(key)];
      if (now === undefined) continue;
      if (old === undefined || opens(old) !== opens(now)) return true;
      const redrawn = !sameKeys(old.children ?? [], now.children ?? []) || look(old) !== look(now);
      if (redrawn || visit(now.children ?? [])) own.push(key);
    }
    changed.push(...own);
    return false;
  };
  return visit(after.top) ? 'all' : changed;
}

/** Whether there is anything below it. */
export function opens({ children }: TreeLine): boolean {
  return children !== undefined && children.length > 0;
}

function sameKeys(before: readonly string[], after: readonly string[]): boolean {
  return before.length === after.length && before.every((key, index) => key === after[index]);
}

function look({ node: _node, children: _children, ...rest }: TreeLine): string {
  return JSON.stringify(rest);
}
