import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING } from '@switchboard/protocol';
import { permissionsIn, type RulesOfChannel } from './permissions.ts';

const set = fc.integer({ min: 0, max: EVERYTHING });
const roleId = fc.constantFrom('a', 'b', 'c', 'd');
const roles = fc.uniqueArray(fc.record({ id: roleId, permissions: set }), { selector: ({ id }) => id });
const rules: fc.Arbitrary<RulesOfChannel> = fc
  .uniqueArray(fc.tuple(roleId, fc.record({ allow: set, deny: set })), { selector: ([id]) => id })
  .map((entries) => new Map(entries));
const levels = fc.array(rules, { maxLength: 5 });

const includes = (whole: number, part: number): boolean => (part & ~whole) === 0;

describe('permissionsIn', () => {
  it('is what the roles have together, without rules', () => {
    fc.assert(
      fc.property(roles, fc.nat(5), (held, depth) => {
        const base = held.reduce((all, { permissions }) => all | permissions, 0);
        expect(permissionsIn(held, [])).toBe(base);
        expect(
          permissionsIn(
            held,
            Array.from({ length: depth }, () => new Map()),
          ),
        ).toBe(base);
      }),
    );
  });

  it('goes by the nearest level, whatever those above say', () => {
    fc.assert(
      fc.property(roles, levels, rules, (held, above, nearest) => {
        const here = permissionsIn(held, [...above, nearest]);
        const own = held.map(({ id }) => nearest.get(id) ?? { allow: 0, deny: 0 });
        const allowed = own.reduce((all, { allow }) => all | allow, 0);
        const denied = own.reduce((all, { deny }) => all | deny, 0);
        expect(includes(here, allowed)).toBe(true);
        expect(here & denied & ~allowed).toBe(0);
        // What it says nothing of stays as it was above.
        expect(here & ~(allowed | denied)).toBe(permissionsIn(held, above) & ~(allowed | denied));
      }),
    );
  });

  it('gives at least as much for allowing more on one level', () => {
    fc.assert(
      fc.property(roles, levels, rules, roleId, set, (held, above, nearest, id, more) => {
        const rule = nearest.get(id) ?? { allow: 0, deny: 0 };
        const wider = new Map([...nearest, [id, { ...rule, allow: rule.allow | more }]]);
        expect(includes(permissionsIn(held, [...above, wider]), permissionsIn(held, [...above, nearest]))).toBe(true);
      }),
    );
  });

  it('minds no rules for roles that one does not have', () => {
    fc.assert(
      fc.property(roles, levels, (held, all) => {
        const own = all.map((level) => new Map([...level].filter(([id]) => held.some((role) => role.id === id))));
        expect(permissionsIn(held, all)).toBe(permissionsIn(held, own));
      }),
    );
  });
});
