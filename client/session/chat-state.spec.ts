import type { Message } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openedChat, withMessages, withNewestPage, withOlderPage } from './chat-state.ts';
import { aMessage } from './testing/fake-server.ts';

const sut = openedChat('lobby');
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id);

/** Versions of few messages: as written, edited, deleted. */
const anyVersion = fc.record({ n: fc.nat(9), edit: fc.nat(3), deleted: fc.boolean() }).map(({ n, edit, deleted }) =>
  aMessage(`m${n}`, {
    text: deleted ? '' : `text ${n}.${edit}`,
    editedAt: deleted || edit === 0 ? null : edit,
    deletedAt: deleted ? 100 : null,
  }),
);

describe('chat state', () => {
  it('comes to the same in whatever order, and however often, messages arrive', () => {
    const shuffled = fc
      .array(anyVersion, { maxLength: 30 })
      .chain((versions) =>
        fc.tuple(
          fc.constant(versions),
          fc.shuffledSubarray([...versions, ...versions], { minLength: versions.length * 2 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([once, twice]) => {
        const whole = withMessages(sut, once);
        const piecemeal = twice.reduce((model, message) => withMessages(model, [message]), sut);
        expect(piecemeal.messages).toEqual(whole.messages);
        expect(ids(whole.messages)).toEqual([...new Set(ids(once))].sort());
      }),
    );
  });

  it('is the same object when nothing new is told', () => {
    const model = withMessages(sut, [aMessage('m1'), aMessage('m2')]);
    expect(withMessages(model, [aMessage('m1')])).toBe(model);
    expect(withMessages(model, [aMessage('m3', { channelId: 'pair' })])).toBe(model);
  });

  it('never brings a deleted message back', () => {
    const gone = withMessages(sut, [aMessage('m1', { text: '', deletedAt: 5 })]);
    expect(withMessages(gone, [aMessage('m1', { editedAt: 9 })]).messages[0]?.text).toBe('');
  });

  it('joins a page that reaches what is there', () => {
    const model = withOlderPage(sut, { messages: [aMessage('m1'), aMessage('m2')], more: false });
    const next = withNewestPage(model, { messages: [aMessage('m2'), aMessage('m3')], more: true }, 'm2');
    expect(ids(next.messages)).toEqual(['m1', 'm2', 'm3']);
    expect(next.more).toBe(false);
  });

  it('shows no gap as if it were none, also when newer messages came by event meanwhile', () => {
    const model = withMessages(sut, [aMessage('m1'), aMessage('m8'), aMessage('m9')]);
    const next = withNewestPage(model, { messages: [aMessage('m7'), aMessage('m8')], more: true }, 'm1');
    expect(ids(next.messages)).toEqual(['m7', 'm8', 'm9']);
    expect(next.more).toBe(true);
  });

  it('keeps what came by event while the first page was on its way', () => {
    const model = withMessages(sut, [aMessage('m9')]);
    const next = withNewestPage(model, { messages: [aMessage('m7'), aMessage('m8')], more: true }, undefined);
    expect(ids(next.messages)).toEqual(['m7', 'm8', 'm9']);
    expect(next.more).toBe(true);
  });
});
