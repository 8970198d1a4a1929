/** What nobody sees: joiners, variation selectors, fillers. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Nicknames that people could take for the same one have the same key (NFKC, case, what cannot be seen, runs of white space). */
export function nicknameKey(nickname: string): string {
  const visible = nickname.normalize('NFKC').replace(IGNORABLE, '');
  // Both ways, as "ß" and "SS" are the same letters.
  return visible.toUpperCase().toLowerCase().replace(/\s+/gu, ' ').trim();
}
