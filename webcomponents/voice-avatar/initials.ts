const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function first(word: string): string {
  return segmenter.segment(word)[Symbol.iterator]().next().value?.segment ?? '';
}

/** One or two letters that stand for a name: first and last word's; an emoji stays whole. */
export function initials(name: string): string {
  const words = name.split(/[\s._-]+/u).filter((word) => word !== '');
  const head = words[0];
  if (head === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  const letters = first(head).toLocaleUpperCase();
  // Two wide signs would not fit: only letters are paired.
  if (last === undefined || !/^\p{L}/u.test(last) || !/^\p{L}/u.test(head)) return letters;
  return letters + first(last).toLocaleUpperCase();
}

/** A hue of 0 to 359 that stays with a user: FNV-1a over the id. */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index++) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193);
  }
  // Ids that differ in one sign only must still look different: the finaliser of MurmurHash3.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % 360;
}
