import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlugin, hasCompiler } from '../tool/compile.ts';
import { PluginBench } from './testing/plugin-bench.ts';

const member = { id: 'm1', userId: 'u1', nickname: 'Zoë "😀"\u2028', self: true };
const room = { id: 'r1', name: 'Room' };

for (const language of ['assemblyscript', 'c', 'rust'] as const) {
  const name = `sdk/testing/echo-${language}`;
  describe.skipIf(!(await hasCompiler(language)))(`SDK for ${language}`, () => {
    let made = '';
    let sut: PluginBench;
    const start = () => PluginBench.start(name, join(made, 'plugin.wasm'));
    const say = (args: string) => String(sut.call('on_command', { name: 'echo', args, member, room }).reply);

    beforeAll(async () => {
      made = await mkdtemp(join(tmpdir(), 'switchboard-sdk-'));
      await buildPlugin(join(import.meta.dirname, '..', name), join(made, 'plugin.wasm'));
      sut = await start();
    });
    afterAll(() => rm(made, { recursive: true, force: true }));

    it('reads and writes JSON as JavaScript does', () => {
      const value = fc.json({ maxDepth: 5 }).filter((text) => text.length < 900 && text.trim().length > 0);
      fc.assert(
        fc.property(value, (text) => {
          // There is no negative zero among whole numbers here.
          const wanted: unknown = JSON.parse(text, (_, item: unknown) => (item === 0 ? 0 : item));
          const said: unknown = JSON.parse(say(text));
          expect(isNearly(said, wanted), say(text)).toBe(true);
        }),
        { numRuns: 1_500 },
      );
    });

    it('reads texts of every kind', () => {
      for (const text of [
        '"Grüße 😀"',
        '"\\ud83d\\ude00\\u00e9\\u0000"',
        '"\\"\\\\\\/\\b\\f\\n\\r\\t"',
        '"\u2028\u2029\u007f"',
        '"漢字 עברית"',
      ])
        expect(JSON.parse(say(text)), text).toBe(JSON.parse(text));
      expect(JSON.parse(say('"a\\ud83dz"'))).toBe('a\ufffdz');
      expect(JSON.parse(say('"\\ude00"'))).toBe('\ufffd');
      expect(JSON.parse(say('"\\ud83d\\u0041"'))).toBe('\ufffdA');
    });

    it('reads whole numbers without losing a bit, and others to the last digits', () => {
      for (const number of [0, 1, -1, 9_007_199_254_740_991, 1_763_769_600_000, 0.1, 1e22, 1.5e-7, 123_456.789, -2.5e3])
        expect(JSON.parse(say(String(number))), String(number)).toBe(number);
      expect(JSON.parse(say('1e308')) / 1e308).toBeCloseTo(1, 12);
      expect(JSON.parse(say('5e-300')) / 5e-300).toBeCloseTo(1, 12);
    });

    it('refuses what is no JSON', () => {
      const wrong = [
        '{',
        '[1,]',
        '{"a":1,}',
        "{'a':1}",
        '01',
        '1.',
        '.5',
        '+1',
        '1e',
        '-',
        'nul',
        'NaN',
        '"\n"',
        '"\\x41"',
        '"\\u12g4"',
      ];
      for (const text of [
        ...wrong,
        '"a',
        '1 2',
        '[1 2]',
        '{"a" 1}',
        '{1:2}',
        '\u00a01',
        '"\\',
        '[',
        '}',
        '['.repeat(400),
        '//x',
      ])
        expect(say(text), text).toBe('no JSON');
      fc.assert(
        fc.property(
          fc.json(),
          fc.nat(),
          fc.constantFrom('', '"', '\\', ',', '}', '0', 'e', 'u'),
          (json, at, instead) => {
            const text = json.slice(0, at % json.length) + instead + json.slice((at % json.length) + 1);
            if (text.length > 900 || text.trim() !== text || text === '') return;
            let isJson = true;
            try {
              JSON.parse(text);
            } catch {
              isJson = false;
            }
            expect(say(text) !== 'no JSON', text).toBe(isJson);
          },
        ),
        { numRuns: 1_500 },
      );
    });

    it('reaches every function of the host', async () => {
      sut = await start();
      sut.setMembers({ room, members: [{ ...member, muted: true, speaking: false }] });

      expect(say('host')).toBe(`Wörter 😀|yes|0.5|Grüße 😀|[]|0|0|0|1|${member.nickname} muted`);
      expect(sut.logged).toEqual(['debug', 'info 😀', 'warn', 'error']);
      expect([...sut.stored]).toEqual([['kept', 'Grüße 😀']]);
      expect(sut.acts).toEqual([
        { type: 'message.send', message: { text: 'message "😀"' } },
        { type: 'status.set', status: 'status' },
        { type: 'clip.play', samples: Int16Array.of(-32_768, 0, 32_767) },
        {
          type: 'http.fetch',
          requestId: 1,
          request: { method: 'GET', url: 'https://example.org/ü', headers: { accept: 'text/plain' }, body: '' },
        },
      ]);
    });

    it('tells of a message all that there is', () => {
      const author = { userId: 'u2', nickname: 'Bo', self: false };
      const code = { language: 'ts', path: 'a/b.ts', startLine: 3, endLine: 5 };
      const message = { id: 'm9', author, text: 'x "\n', code, createdAt: 1_763_769_600_123 };

      expect(sut.call('on_message', { message, room })).toEqual({
        action: 'annotate',
        note: 'm9 Bo false 1763769600123 ts a/b.ts 3-5: x "',
      });
      expect(sut.call('on_message', { message: { ...message, code: null, text: 'y' }, room })).toMatchObject({
        note: 'm9 Bo false 1763769600123 text: y',
      });
    });

    it('draws the same from the same seed', () => {
      sut.seed = 7;
      const first = say('chance');
      sut.seed = 7;
      expect(say('chance')).toBe(first);
      expect(say('chance')).not.toBe(first);
    });

    it('says why it failed, and goes on', () => {
      expect(() => say('fail')).toThrow('It went wrong: 😀');
      expect(say('1')).toBe('1');
    });

    it.runIf(language === 'assemblyscript')('says where it aborted', async () => {
      sut = await start();
      expect(() => say('abort')).toThrow(/on purpose \(assembly\/index\.ts:\d+:\d+\)/);
      sut = await start();
    });
  });
}

/** The same, but that the last digits of a number that is not whole may differ. */
function isNearly(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number')
    return (
      one === other ||
      (Math.abs(one - other) <= 1e-13 * Math.abs(other) && !Number.isSafeInteger(other)) ||
      Math.abs(other) < 1e-300
    );
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const names = Object.keys(one);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === Object.keys(other).length &&
    names.every(
      (name) =>
        Object.hasOwn(other, name) &&
        isNearly((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
    )
  );
}
