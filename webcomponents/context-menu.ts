/** The keys that stand for a right click. Not every system makes a `contextmenu` event of them. */
export function asksForMenu({ key, shiftKey }: KeyboardEvent): boolean {
  return key === 'ContextMenu' || (key === 'F10' && shiftKey);
}
