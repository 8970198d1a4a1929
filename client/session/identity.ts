/*
 * Views compare by identity, so what has not changed must be the same object as before. Values here are plain JSON.
 */

/** `next`, with every part that equals its counterpart in `before` replaced by that; `before` itself if all does. */
export function keepIdentity<T>(before: unknown, next: T): T {
  if (Object.is(before, next) || !isObject(before) || !isObject(next)) return next;
  if (Array.isArray(next)) return Array.isArray(before) ? (keepItems(before, next) as T) : next;
  if (Array.isArray(before)) return next;
  const kept = Object.fromEntries(Object.entries(next).map(([key, value]) => [key, keepIdentity(before[key], value)]));
  const keys = Object.keys(kept);
  const same =
    keys.length === Object.keys(before).length &&
    keys.every((key) => Object.hasOwn(before, key) && Object.is(before[key], kept[key]));
  return (same ? before : kept) as T;
}

/** The list with `item` in the place of the one with its id, or at the end; the same list if that changes nothing. */
export function upsert<T extends { readonly id: string }>(items: readonly T[], item: T): readonly T[] {
  const index = items.findIndex(({ id }) => id === item.id);
  const before = items[index];
  if (before === undefined) return [...items, item];
  const kept = keepIdentity(before, item);
  return kept === before ? items : items.with(index, kept);
}

function keepItems(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const byId = new Map(before.filter(hasId).map((item) => [item.id, item]));
  const kept = next.map((item, index) => keepIdentity(hasId(item) ? byId.get(item.id) : before[index], item));
  const same = kept.length === before.length && kept.every((item, index) => Object.is(item, before[index]));
  return same ? before : kept;
}

function hasId(value: unknown): value is { readonly id: unknown } {
  return isObject(value) && 'id' in value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
