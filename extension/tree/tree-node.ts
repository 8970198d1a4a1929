/** One line of the tree; what commands are given by its menus. The same object for as long as the line is there. */
export type TreeNode =
  | { readonly kind: 'bookmark'; readonly bookmarkId: string }
  /** One of several virtual servers. */
  | { readonly kind: 'server'; readonly serverId: string }
  | { readonly kind: 'room'; readonly channelId: string }
  | { readonly kind: 'member'; readonly memberId: string }
  /** Says something, and does nothing. */
  | { readonly kind: 'note'; readonly of: string };

/** Unique among all lines of the tree. */
export function keyOf(node: TreeNode): string {
  switch (node.kind) {
    case 'bookmark':
      return `bookmark:${node.bookmarkId}`;
    case 'server':
      return `server:${node.serverId}`;
    case 'room':
      return `room:${node.channelId}`;
    case 'member':
      return `member:${node.memberId}`;
    case 'note':
      return `note:${node.of}`;
  }
}

/** Whether a command was given a line of the tree; the palette gives it nothing, a menu more than it asked for. */
export function isTreeNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
