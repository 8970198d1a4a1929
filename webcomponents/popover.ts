const GAP_PX = 8;

/** Puts an open popover next to its anchor, inside the window: below it, or above where there is more room. */
export function placePopover(popover: HTMLElement, anchor: Element): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const below = at.bottom + GAP_PX;
  const fitsBelow = below + height <= innerHeight - GAP_PX;
  const top = fitsBelow ? below : Math.max(GAP_PX, at.top - GAP_PX - height);
  const rtl = getComputedStyle(popover).direction === 'rtl';
  const wanted = rtl ? at.right - width : at.left;
  const left = Math.max(GAP_PX, Math.min(wanted, innerWidth - width - GAP_PX));
  popover.style.inset = 'auto';
  popover.style.top = `${top}px`;
  popover.style.left = `${left}px`;
}
