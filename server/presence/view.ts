/** The channels that a session sees, each with the one that it is shown below; null at the top of the tree. */
export type View = ReadonlyMap<string, string | null>;

export const NOTHING_SEEN: View = new Map();
