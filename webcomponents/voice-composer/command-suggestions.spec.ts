import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../testing/plugin-fixtures.ts';
import { suggestionsFor } from './command-suggestions.ts';
import { slashCommandOf } from './slash-command.ts';

const labels = (draft: string) => suggestionsFor(draft, commands)?.items.map(({ label }) => label);
const drafts = (draft: string) => suggestionsFor(draft, commands)?.items.map((one) => one.draft);
const dressed = commands.map((command) => ({
  ...command,
  arguments: command.arguments.map((one) => ({ ...one, choices: ['light', 'dark blue', 'dark red'] })),
}));

describe('suggestionsFor', () => {
  it('lists all commands after the slash, and fewer as one types', () => {
    expect(labels('/')).toEqual(['/voice effect [pitch]', '/roll [dice]', '/poll question [answers]', '/hand']);
    expect(labels('/r')).toEqual(['/roll [dice]']);
    expect(labels('/RO')).toEqual(['/roll [dice]']);
    expect(labels('/x')).toBeUndefined();
  });

  it('puts names that begin so before those with a later word', () => {
    const named = ['raise-hand', 'hand'].map((name) => ({ ...commands[0]!, name, arguments: [] }));
    expect(suggestionsFor('/ha', named)?.items.map(({ label }) => label)).toEqual(['/hand', '/raise-hand']);
  });

  it('goes on to the arguments where there are some', () => {
    expect([drafts('/r'), drafts('/h')]).toEqual([['/roll '], ['/hand']]);
  });

  it('offers the choices of the argument that is being written', () => {
    expect(drafts('/voice ')).toEqual(['/voice none ', '/voice robot ', '/voice chipmunk ', '/voice giant ']);
    expect(drafts('/voice R')).toEqual(['/voice robot ']);
    expect(drafts('/roll 2')).toEqual(['/roll 2d6']);
    expect(drafts('/roll d6')).toEqual([]);
  });

  it('says which argument it is, where there is nothing to choose', () => {
    const { usage, items } = suggestionsFor('/voice robot 1.', commands) ?? {};
    expect([usage?.argument, items]).toEqual([1, []]);
    expect(suggestionsFor('/voice robot 1.5 more', commands)).toBeNull();
  });

  it('takes a choice with spaces for one argument', () => {
    const sut = suggestionsFor('/voice dark blue d', dressed);
    expect(sut?.usage?.argument).toBe(1);
    expect(sut?.items.map(({ draft }) => draft)).toEqual(['/voice dark blue dark blue', '/voice dark blue dark red']);
  });

  it.each(['', 'roll', '/usr/', '/usr/bin', '/unknown x', '// note', '/ roll'])('has none for %j', (draft) => {
    expect(suggestionsFor(draft, commands)).toBeNull();
  });

  it('only ever completes what was typed to a known command', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[a-z]{0,5} ?[a-z0-9 ]{0,8}$/), (draft) => {
        for (const { draft: next } of suggestionsFor(draft, dressed)?.items ?? [])
          expect(slashCommandOf(next, dressed)).not.toBeNull();
      }),
    );
  });
});
