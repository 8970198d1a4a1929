import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { pageOf, pageQuery } from './page.ts';

const query = v.strictObject(pageQuery(v.tuple([v.string(), v.number()])));
const ROWS = [
  { name: 'Ädä', id: 1 },
  { name: 'Bob', id: 2 },
  { name: 'Cy', id: 3 },
];

function nextOf(limit: number): string | null {
  return pageOf(
    ROWS,
    limit,
    ({ name, id }) => [name, id],
    ({ id }) => id,
  ).next;
}

describe('a page', () => {
  it('says where the next begins, in a form that the query takes', () => {
    expect(v.parse(query, { after: nextOf(1) })).toEqual({ limit: 50, after: ['Ädä', 1] });
    expect(v.parse(query, { after: nextOf(2), limit: '7' })).toEqual({ limit: 7, after: ['Bob', 2] });
  });

  it('is the last when nothing comes after', () => {
    expect(nextOf(3)).toBeNull();
  });

  it.each([
    ['not JSON', 'eA'],
    ['another list’s', Buffer.from('[1]').toString('base64url')],
    ['an object', Buffer.from('{}').toString('base64url')],
    ['null', Buffer.from('null').toString('base64url')],
    ['empty', ''],
    ['too long', 'A'.repeat(513)],
  ])('begins nowhere for a cursor that is %s', (_, after) => {
    const { success, issues } = v.safeParse(query, { after });
    expect(success).toBe(false);
    expect(issues?.[0].message).toBe('the “next” of the page before');
  });
});
