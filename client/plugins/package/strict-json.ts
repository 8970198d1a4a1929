/** Names that mean something to JavaScript itself. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** In text that has been parsed once, what is between these needs no look. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

interface Level {
  /** Undefined in an array. */
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

/**
 * A name that is there twice, or must not be there: readers of JSON differ in what they make of those, and so could be told different things by the
 * same signed bytes.
 * @param json text that `JSON.parse` reads
 * @returns its dotted path
 */
export function ambiguousName(json: string): string | undefined {
  const levels: Level[] = [];
  let isNameNext = false;
  for (const [token] of json.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ names: token === '{' ? new Set() : undefined, name: '', index: 0 });
      isNameNext = token === '{';
    } else if (token === '}' || token === ']') {
      levels.pop();
      isNameNext = false;
    } else if (token === ',') {
      isNameNext = level?.names !== undefined;
      if (level !== undefined) level.index++;
    } else if (isNameNext && level?.names !== undefined) {
      level.name = JSON.parse(token) as string;
      if (RESERVED.has(level.name) || level.names.has(level.name)) return pathOf(levels);
      level.names.add(level.name);
      isNameNext = false;
    }
  }
  return undefined;
}

function pathOf(levels: readonly Level[]): string {
  return levels.map(({ names, name, index }) => (names === undefined ? String(index) : name)).join('.');
}
