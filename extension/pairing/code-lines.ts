/** Whoever wrote the message says where to begin and how much there is to compare: it takes no longer than this. */
const MAX_COMPARED_LINES = 200_000;

/** Lines of a document, counted from 1. */
export interface FoundLines {
  readonly first: number;
  readonly last: number;
  /** As sent and where it was; as sent, but elsewhere; its first line alone; nothing of it. */
  readonly match: 'exact' | 'moved' | 'similar' | 'lost';
}

/**
 * Where code that somebody sent is in one's own version of the file.
 * @param startLine of the code in the file it was sent from, counted from 1
 */
export function findLines(document: readonly string[], code: readonly string[], startLine: number): FoundLines {
  // No line is further than the last, whatever the message says.
  const at = Math.min(startLine, document.length) - 1;
  const budget = { lines: MAX_COMPARED_LINES };
  if (startLine <= document.length && isCodeAt(document, code, at, budget)) return found(document, code, at, 'exact');
  const moved = nearest(document, at, (line) => isCodeAt(document, code, line, budget));
  if (moved !== undefined) return found(document, code, moved, 'moved');
  // A line of nothing is everywhere.
  const offset = code.findIndex((line) => line.trim() !== '');
  const words = code[offset]?.trim();
  const similar = nearest(document, at + offset, (line) => document[line]?.trim() === words);
  if (words !== undefined && similar !== undefined) {
    return found(document, code, Math.max(0, similar - offset), 'similar');
  }
  const line = Math.max(0, at) + 1;
  return { first: line, last: line, match: 'lost' };
}

function found(
  document: readonly string[],
  code: readonly string[],
  at: number,
  match: FoundLines['match'],
): FoundLines {
  return { first: at + 1, last: Math.min(document.length, at + code.length), match };
}

/** The first line of a selection may lack its beginning, and the last one its end. */
function isCodeAt(
  document: readonly string[],
  code: readonly string[],
  at: number,
  budget: { lines: number },
): boolean {
  const last = code.length - 1;
  return code.every((part, i) => {
    const line = budget.lines-- > 0 ? document[at + i]?.trimEnd() : undefined;
    if (line === undefined) return false;
    const words = part.trimEnd();
    if (last === 0) return line.includes(words);
    if (i === 0) return line.endsWith(words);
    return i === last ? line.startsWith(words) : line === words;
  });
}

/** The line nearest to `at` for which it holds; of two as near, the upper one. */
function nearest(document: readonly string[], at: number, holds: (line: number) => boolean): number | undefined {
  const furthest = Math.max(at, document.length - at);
  for (let distance = 0; distance <= furthest; distance++) {
    for (const line of [at - distance, at + distance]) {
      if (line >= 0 && line < document.length && holds(line)) return line;
    }
  }
  return undefined;
}
