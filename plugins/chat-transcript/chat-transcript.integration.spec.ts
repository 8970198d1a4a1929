import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';

const room = { id: 'r1', name: 'Küche' };
const member = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
const START = Date.UTC(2025, 10, 22, 22, 59, 58);
let count = 0;

function write(sut: PluginBench, text: string, more: Readonly<Record<string, unknown>> = {}, inRoom = room): void {
  const id = `message-${count++}`;
  const author = { userId: 'u2', nickname: 'Zoë *', self: false };
  sut.call('on_message', { message: { id, author, text, code: null, createdAt: START, ...more }, room: inRoom });
}

const transcript = (sut: PluginBench, args = '', inRoom = room): string =>
  String(sut.call('on_command', { name: 'transcript', args, member, room: inRoom }).reply);
const storageOf = (sut: PluginBench) =>
  Object.fromEntries([...sut.stored].map(([key, text]) => [key, new TextEncoder().encode(text)]));

describe('chat-transcript', async () => {
  await describeBuilds('chat-transcript', (start) => {
    it('is Markdown with names, times, dates and code', async () => {
      const sut = await start({ config: { minutesFromUtc: 60 } });
      write(sut, 'Grüße 😀 "quoted"\nsecond line');
      write(sut, 'let x = 1;', {
        createdAt: START + 2_000,
        code: { language: 'ts', startLine: 3, endLine: 3, path: 'a/b.ts' },
      });
      write(sut, 'elsewhere', {}, { id: 'r2', name: 'Hall' });

      expect(transcript(sut)).toBe(
        [
          '# Küche',
          '## 2025-11-22',
          '**Zoë \\*** 23:59:58',
          'Grüße 😀 "quoted"\nsecond line',
          '## 2025-11-23',
          '**Zoë \\*** 00:00:00 `a/b.ts:3–3`',
          '```ts\nlet x = 1;\n```',
        ].join('\n\n'),
      );
      expect(transcript(sut, '', { id: 'r2', name: 'Hall' })).toContain('elsewhere');
    });

    it('knows the days of all years', async () => {
      const sut = await start();
      const days = ['1970-01-01', '2000-02-29', '2024-02-29', '2024-03-01', '2025-12-31', '2100-02-28', '2100-03-01'];
      for (const day of days) write(sut, day, { createdAt: Date.parse(`${day}T12:34:56Z`) });

      const text = transcript(sut);
      for (const day of days) expect(text).toContain(`## ${day}\n\n**Zoë \\*** 12:34:56\n\n${day}`);
    });

    it('keeps a block of code together: longer fences, and none left open', async () => {
      const sut = await start();
      write(sut, 'a\n````\nb', { code: { language: 'markdown', startLine: 1, endLine: 3 } });
      write(sut, 'see:\n```js\nopen');

      expect(transcript(sut)).toContain('`````markdown\na\n````\nb\n`````');
      expect(transcript(sut)).toContain('see:\n```js\nopen\n```');
    });

    it('comes in pages, each short enough for a reply, with every message once', async () => {
      const sut = await start();
      for (let n = 0; n < 200; n++) write(sut, `number ${n}.`, { createdAt: START + n * 1_000 });
      const pages: string[] = [];
      for (let page = 1; !transcript(sut, String(page)).startsWith('The transcript has'); page++)
        pages.unshift(transcript(sut, String(page)));

      expect(pages.length).toBeGreaterThan(2);
      for (const page of pages) expect(page.length).toBeLessThanOrEqual(4_000);
      const seen = pages.join('\n').match(/number \d+\./g);
      expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => `number ${n}.`));
      expect(transcript(sut)).toContain(`# Küche, page 1 of ${pages.length}`);
      expect(transcript(sut)).toContain('number 199.');
    });

    it('cuts a message that is too long, between characters', async () => {
      const sut = await start();
      write(sut, '😀'.repeat(2_000));
      const page = transcript(sut);
      expect(page.length).toBeLessThanOrEqual(4_000);
      expect(page.isWellFormed()).toBe(true);
      expect(page).toContain('😀…');
    });

    it('is there after a restart, and keeps no message twice', async () => {
      const sut = await start();
      write(sut, 'first');
      const restarted = await start({ storage: storageOf(sut) });
      restarted.call('on_message', {
        message: {
          id: 'again',
          author: { userId: 'u2', nickname: 'Bo', self: false },
          text: 'x',
          code: null,
          createdAt: START,
        },
        room,
      });
      restarted.call('on_message', {
        message: {
          id: 'again',
          author: { userId: 'u2', nickname: 'Bo', self: false },
          text: 'x',
          code: null,
          createdAt: START,
        },
        room,
      });

      expect(transcript(restarted)).toContain('first');
      expect(transcript(restarted).match(/\*\*Bo\*\*/g)).toHaveLength(1);
    });

    it('forgets the oldest, and never more is stored than allowed', async () => {
      for (const [keepKiB, size] of [
        [16, 100],
        [240, 100],
        [240, 4_000],
      ] as const) {
        const sut = await start({ config: { keepKiB } });
        for (let n = 0; n < 1_500; n++) write(sut, `${n} ${'ü'.repeat(size - 10)}`);
        const bytes = [...sut.stored.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        expect(bytes).toBeLessThan(keepKiB * 1_024 + 1_024);
        expect(bytes).toBeGreaterThan(keepKiB * 1_024 - 14_000);
        expect(sut.stored.size).toBeLessThanOrEqual(62);
        expect(transcript(sut)).toContain('\n1499 ü');
      }
    });

    it('forgets all when told to', async () => {
      const sut = await start();
      for (let n = 0; n < 300; n++) write(sut, `number ${n}`);
      expect(transcript(sut, 'clear')).toBe('The transcript is empty now.');
      expect([...sut.stored.keys()]).toEqual(['blocks']);
      expect(transcript(sut)).toContain('Nothing has been written in Küche');
      for (const wrong of ['0', 'x', '-1', '99999']) expect(transcript(sut, wrong), wrong).toContain('newest page');
    });

    it('takes no more memory after 100,000 messages', async () => {
      const sut = await start({ limits: { memoryPages: 16 }, config: { keepKiB: 16 } });
      for (let n = 0; n < 100_000; n++) write(sut, `number ${n}`);
      expect(transcript(sut)).toContain('number 99999');
    });

    it('reads as many messages as it can keep, again and again, within its memory', async () => {
      const sut = await start({ config: { keepKiB: 240 } });
      for (let n = 0; n < 5_000; n++) write(sut, `${n}`);
      for (let n = 0; n < 20; n++) expect(transcript(sut)).toContain('4999');
    });
  });
});
