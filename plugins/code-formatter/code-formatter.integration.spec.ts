import { describe, expect, it } from 'vitest';
import { describeBuilds } from '../sdk/testing/builds.ts';
import type { PluginBench } from '../sdk/testing/plugin-bench.ts';
import { CODE, PROSE } from './testing/samples.ts';

const PASS = { action: 'pass' };
const room = { id: 'r1', name: 'Room' };
const member = { id: 'm1', userId: 'u1', nickname: 'Ada', self: true };
type Sent = Readonly<{
  action: string;
  text?: string;
  code?: { language: string; startLine: number; endLine: number };
}>;

const send = (sut: PluginBench, text: string, code: object | null = null) =>
  sut.call('on_message_send', { text, code, room }) as Sent;
const command = (sut: PluginBench, args: string) =>
  String(sut.call('on_command', { name: 'code', args, member, room }).reply);
const SAMPLES = Object.entries(CODE).flatMap(([language, all]) =>
  all.split('\n~~~\n').map((text) => ({ language, text })),
);

describe('code-formatter', async () => {
  await describeBuilds('code-formatter', (start) => {
    it('finds code and its language, as pasted, indented and without indentation', async () => {
      const sut = await start();
      const wrong: string[] = [];
      for (const { language, text } of SAMPLES) {
        const flat = text.replaceAll(/^[ \t]+/gm, '');
        const variants = ['yaml', 'python', 'ruby'].includes(language) ? [text] : [text, flat];
        for (const variant of [
          ...variants,
          text.replaceAll(/^(?=.)/gm, '      '),
          `\n${text.replaceAll('\n', '\r\n')}\n\n`,
        ]) {
          const sent = send(sut, variant);
          if (sent.code?.language !== language)
            wrong.push(`${language} as ${sent.code?.language ?? 'text'}:\n${variant}`);
        }
      }
      expect(wrong).toEqual([]);
    });

    it('takes no prose for code, in whatever order its lines are', async () => {
      const sut = await start();
      const wrong: string[] = [];
      for (const text of PROSE) {
        for (const variant of [text, text.split('\n').reverse().join('\n'), text.toLowerCase(), `${text}\n${text}`]) {
          if (send(sut, variant).action !== 'pass') wrong.push(variant);
        }
      }
      for (let n = 0; n < PROSE.length - 1; n++) {
        const both = `${PROSE[n]!}\n\n${PROSE[n + 1]!}`;
        if (send(sut, both).action !== 'pass') wrong.push(both);
      }
      expect(wrong).toEqual([]);
    });

    it('leaves a question with some code in it, short messages and code from an editor alone', async () => {
      const sut = await start();
      for (const text of [
        'Why does this not work? I have tried everything that I know.\nlet x = 1;\nI hope that somebody can help me with it.',
        'const x = 1;',
        'x',
        '{"a": 1}',
      ])
        expect(send(sut, text), text).toEqual(PASS);
      const code = { language: 'rust', path: 'a.rs', startLine: 5, endLine: 9 };
      expect(send(sut, SAMPLES[0]!.text, code)).toEqual(PASS);
    });

    it('takes away what all lines are indented by, also where the first was cut off', async () => {
      const sut = await start();
      const tidy = 'if (x === 1) {\n  console.log(x);\n\n  return null;\n}';
      const indented = tidy.replaceAll(/^(?=.)/gm, '        ');

      for (const text of [
        tidy,
        indented,
        indented.trimStart(),
        `\n\n${indented}   \n\n`,
        tidy.replaceAll('\n', '\r\n'),
      ]) {
        expect(send(sut, text)).toMatchObject({
          text: tidy,
          code: { language: 'javascript', startLine: 1, endLine: 5 },
        });
      }
    });

    it('indents braces that come without, and does not count those in texts', async () => {
      const sut = await start({ config: { indent: 2 } });
      const flat =
        'function f(x) {\nif (x === "}") {\n// {\nconsole.log(`{`, x);\n} else {\nreturn {\na: [1],\n};\n}\n}';

      expect(send(sut, flat).text).toBe(
        'function f(x) {\n  if (x === "}") {\n    // {\n    console.log(`{`, x);\n  } else {\n    return {\n      a: [1],\n    };\n  }\n}',
      );
    });

    it('changes nothing in what is tidy already', async () => {
      const sut = await start();
      for (const { text, language } of SAMPLES) {
        const once = send(sut, text).text!;
        expect(send(sut, once).text, language).toBe(once);
        expect(once.split('\n').map((line) => line.trim())).toEqual(
          text.split('\n').map((line) => line.replaceAll('\t', language === 'go' ? '\t' : '    ').trim()),
        );
      }
    });

    it('keeps the tabs of Go, and makes spaces of others', async () => {
      const sut = await start();
      expect(send(sut, CODE.go!.split('\n~~~\n')[1]!).text).toContain('\n\tif err != nil {\n\t\treturn');
      expect(send(sut, 'function f() {\n\tconst x = 1;\n\treturn x === 1;\n}').text).toContain('\n    const x = 1;');
    });

    it('reads a block of Markdown, with the language that it names', async () => {
      const sut = await start();
      expect(send(sut, '```py\nx = 1\n```')).toMatchObject({ text: 'x = 1', code: { language: 'python', endLine: 1 } });
      expect(send(sut, '```brainfuck\n+++.\n```')).toMatchObject({ text: '+++.', code: { language: 'brainfuck' } });
      expect(send(sut, '```\nfn main() {\n    println!("x");\n}\n```')).toMatchObject({ code: { language: 'rust' } });
      expect(send(sut, '```\njust words\n```')).toMatchObject({ text: 'just words', code: { language: 'plaintext' } });
      for (const text of ['```js\nx\n```\nand text', 'text ```x```', '```\n```', '``` ```', '```'])
        expect(send(sut, text), text).toEqual(PASS);
    });

    it('does what /code says, for one message', async () => {
      const sut = await start();
      expect(command(sut, 'Py')).toBe('Your next message is sent as code: python.');
      expect(send(sut, 'just words')).toMatchObject({ text: 'just words', code: { language: 'python' } });
      expect(send(sut, 'just words')).toEqual(PASS);

      command(sut, '');
      expect(send(sut, 'let mut x = Some(1);').code?.language).toBe('rust');
      command(sut, 'text');
      expect(send(sut, SAMPLES[0]!.text)).toEqual(PASS);
      expect(send(sut, SAMPLES[0]!.text).action).toBe('rewrite');

      command(sut, 'off');
      expect(send(sut, SAMPLES[0]!.text)).toEqual(PASS);
      command(sut, 'on');
      expect(send(sut, SAMPLES[0]!.text).action).toBe('rewrite');
      sut.configure({ automatic: false });
      expect(send(sut, SAMPLES[0]!.text)).toEqual(PASS);
      expect(command(sut, 'klingon')).toContain('no language I know');
    });

    it('never makes a message longer than one may be', async () => {
      const sut = await start({ config: { indent: 8 } });
      const long = `${'if (x === 1) {\n'.repeat(120)}${'}\n'.repeat(120)}console.log(x);`;
      expect(long.length).toBeLessThan(4_000);
      const sent = send(sut, long);
      expect(sent.text).toBe(long);
      expect(sent.code?.language).toBe('javascript');
    });

    it('answers the longest message, whatever is in it', async () => {
      const sut = await start();
      for (const letters of [
        '{',
        '"',
        '`',
        '\n',
        'a b\n',
        'x: y\n',
        '- x\n',
        '=> ',
        '😀',
        '\t',
        '{"a":',
        '[[',
        '/*',
        "'",
      ]) {
        const text = `x${letters.repeat(4_000).slice(0, 3_998).toWellFormed()}`;
        expect(['pass', 'rewrite']).toContain(send(sut, text).action);
      }
    });

    it('takes no more memory after 100,000 messages', async () => {
      const sut = await start({ limits: { memoryPages: 22 } });
      for (let n = 0; n < 100_000; n++)
        send(sut, n % 50 === 0 ? SAMPLES[n % SAMPLES.length]!.text : 'hello\nyou\nthere');
      expect(send(sut, SAMPLES[0]!.text).action).toBe('rewrite');
    });
  });
});
