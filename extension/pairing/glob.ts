/** One that stands for more is taken as it is written. */
const MAX_ALTERNATIVES = 100;

type Step =
  /** A character, or any number of them. */
  | { readonly takes: (character: string) => boolean; readonly times: 'one' | 'any' }
  /** Any number of whole folders. */
  | 'folders';

/**
 * Whether a pattern of file names, as the editor's settings have them, means this path: `*`, `?`, `**`, `{a,b}`, `[a-z]`, `[!a]`. It is for what must
 * not be seen, so it catches more rather than less: upper and lower case are one, a name without a folder is meant in every folder, and a folder
 * with all in it. A workspace brings patterns, too, so the time grows with path and pattern alone, whatever they are.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const folded = folding(pattern).replace(/\/+$/u, '');
  const anywhere = folded.includes('/') ? folded.replace(/^\/+/u, '') : `**/${folded}`;
  const characters = Array.from(folding(path));
  return alternatives(anywhere).some((one) => matches(characters, stepsOf(one)));
}

function folding(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** `a{b,c}` is `ab` and `ac`. */
function alternatives(pattern: string): readonly string[] {
  let all = [pattern];
  for (;;) {
    const next = all.flatMap((one) => {
      const group = /\{([^{}]*)\}/u.exec(one);
      if (group === null) return [one];
      const [before, after] = [one.slice(0, group.index), one.slice(group.index + group[0].length)];
      return (group[1] ?? '').split(',').map((choice) => before + choice + after);
    });
    if (next.length > MAX_ALTERNATIVES || next.every((one, i) => one === all[i])) return all;
    all = next;
  }
}

function stepsOf(pattern: string): readonly Step[] {
  return [...pattern.matchAll(/\*\*\/|\*+|\?|\[[^\]/]+\]|./gsu)].map(([token]) => {
    if (token === '**/') return 'folders';
    if (token.startsWith('*')) return { takes: token === '*' ? isOfName : () => true, times: 'any' };
    if (token === '?') return { takes: isOfName, times: 'one' };
    if (token.length > 2 && token.startsWith('[')) return { takes: oneOf(token.slice(1, -1)), times: 'one' };
    return { takes: (character) => character === token, times: 'one' };
  });
}

function isOfName(character: string): boolean {
  return character !== '/';
}

/** `a-z_`, or `!` and what it must not be. */
function oneOf(inside: string): (character: string) => boolean {
  const isNegated = /^[!^]/u.test(inside);
  const ranges = [...(isNegated ? inside.slice(1) : inside).matchAll(/(.)-(.)|(.)/gsu)].map(
    ([, from, to, single]) => [from ?? single ?? '', to ?? single ?? ''] as const,
  );
  return (character) =>
    isOfName(character) && isNegated !== ranges.some(([from, to]) => character >= from && character <= to);
}

/** Goes through the path with all steps at once that it may be at; half a step further is within the folders of one. */
function matches(path: readonly string[], steps: readonly Step[]): boolean {
  let at = reachedFrom([0], steps);
  for (const [i, character] of path.entries()) {
    // A folder is all that is in it.
    if (i > 0 && character === '/' && at.has(steps.length)) return true;
    const next = [...at].flatMap((state) => {
      const step = steps[Math.floor(state)];
      if (step === undefined) return [];
      if (step === 'folders') return character === '/' ? [inside(state), Math.floor(state) + 1] : [inside(state)];
      if (!step.takes(character)) return [];
      return [step.times === 'any' ? state : state + 1];
    });
    at = reachedFrom(next, steps);
  }
  return at.has(steps.length);
}

function inside(state: number): number {
  return Math.floor(state) + 0.5;
}

/** What may be nothing can be passed over. */
function reachedFrom(states: readonly number[], steps: readonly Step[]): ReadonlySet<number> {
  const reached = new Set<number>();
  for (let state of states) {
    reached.add(state);
    for (let step = steps[state]; step === 'folders' || step?.times === 'any'; step = steps[state]) {
      reached.add(++state);
    }
  }
  return reached;
}
