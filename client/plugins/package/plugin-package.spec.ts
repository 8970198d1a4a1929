import { SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import fc from 'fast-check';
import { zipSync, type Zippable } from 'fflate';
import { deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { writePluginPackage } from './package-writer.ts';
import { readPluginPackage } from './plugin-package.ts';
import {
  manifestOf,
  newPublisher,
  packageOf,
  pngOf,
  wasmWith,
  type TestPublisher,
} from './testing/plugin-package-fixture.ts';

const text = new TextEncoder();
const wasm = wasmWith(['on_http']);

let ada: TestPublisher;
let whole: Uint8Array;
/** The files of a package that reads well. */
let files: { readonly 'plugin.json': Uint8Array; readonly 'plugin.wasm': Uint8Array };

beforeAll(async () => {
  ada = await newPublisher();
  whole = await packageOf({ readme: '# Greeter', icon: pngOf(64, 64), publisher: ada });
  const { manifestBytes } = await readPluginPackage(await packageOf());
  files = { 'plugin.json': manifestBytes, 'plugin.wasm': wasm };
});

async function refusalOf(bytes: Uint8Array): Promise<SwitchboardError> {
  const outcome = await readPluginPackage(bytes).catch((error: unknown) => error);
  if (SwitchboardError.is(outcome)) return outcome;
  throw new Error('it was not refused', { cause: outcome });
}

function brokenWasm(): Uint8Array {
  const broken = wasm.slice();
  // i32.const 0 becomes a block of nothing.
  broken.set([0x01, 0x01], broken.length - 3);
  return broken;
}

/** Puts a byte, or a number of 4 bytes, somewhere into a copy. */
function changed(bytes: Uint8Array, at: number, value: number, size: 1 | 4 = 1): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (size === 1) view.setUint8(at, value);
  else view.setUint32(at, value, true);
  return copy;
}

function centralEntry(zip: Uint8Array, name: string): number {
  const found = Buffer.from(zip).lastIndexOf(name);
  expect(found).toBeGreaterThan(0);
  return found - 46;
}

describe('readPluginPackage', () => {
  it('reads all that is in a package', async () => {
    const read = await readPluginPackage(whole);
    expect(read.manifest).toMatchObject({ id: 'greeter', version: '1.2.0', publisher: ada.key, commands: [] });
    expect(JSON.parse(new TextDecoder().decode(read.manifestBytes))).toMatchObject({ id: 'greeter' });
    expect(read.wasm).toEqual(wasm);
    expect(read.readme).toBe('# Greeter');
    expect(Buffer.from(read.icon, 'base64')).toEqual(Buffer.from(pngOf(64, 64)));
    expect(read.signed).toBe(true);
  });

  it('needs neither signature nor README nor icon', async () => {
    expect(await readPluginPackage(await packageOf())).toMatchObject({ readme: '', icon: '', signed: false });
  });

  it('leaves files be that it does not know', async () => {
    const zip = zipSync({ ...files, 'docs/more.md': text.encode('…'), 'plugin.new': new Uint8Array(9) });
    expect((await readPluginPackage(zip)).manifest.id).toBe('greeter');
  });

  it('reads a zip with a comment, and files that are not compressed', async () => {
    const plain = zipSync(files, { level: 0 });
    const zip = new Uint8Array([...plain, ...text.encode('PK')]);
    zip[plain.length - 2] = 2;
    expect((await readPluginPackage(zip)).wasm).toEqual(wasm);
  });

  describe('refuses as damaged', () => {
    const cases: readonly [string, () => Uint8Array, RegExp][] = [
      ['nothing', () => new Uint8Array(), /no zip/],
      ['what is no zip', () => text.encode('Hello'.repeat(99)), /no zip/],
      ['one that is cut short', () => whole.subarray(0, whole.length - 30), /cut short/],
      ['one with something behind its end', () => new Uint8Array([...whole, 0]), /no zip/],
      ['one without a manifest', () => zipSync({ 'plugin.wasm': wasm }), /no plugin\.json/],
      ['one without code', () => zipSync({ 'plugin.json': files['plugin.json'] }), /no plugin\.wasm/],
      ['one that is within a folder', () => zipSync({ greeter: { ...files } }), /within a folder/],
      ['a path up', () => zipSync({ ...files, '../../etc/passwd': wasm }), /points out/],
      ['a path from the root', () => zipSync({ ...files, '/etc/passwd': wasm }), /points out/],
      ['a path with a drive', () => zipSync({ ...files, 'C:x': wasm }), /points out/],
      ['a path with backslashes', () => zipSync({ ...files, '..\\x': wasm }), /points out/],
      ['a name twice', () => withSecond('plugin.json'), /twice/],
      ['a name twice but for its case', () => withSecond('Plugin.JSON'), /twice/],
      ['another README than was packed', () => otherReadme(), /README\.md is not what it was/],
      ['an icon that is no PNG', () => writePluginPackage({ ...parts(), icon: text.encode('<svg/>') }), /not a PNG/],
      ['an icon that is too wide', () => writePluginPackage({ ...parts(), icon: pngOf(257, 16) }), /not a PNG/],
      ['an icon without height', () => writePluginPackage({ ...parts(), icon: pngOf(16, 0) }), /not a PNG/],
      ['an encrypted file', () => withEntry('plugin.wasm', 8, 1), /encrypted/],
      ['a file packed in another way', () => withEntry('plugin.wasm', 10, 12), /packed in a way/],
      ['a directory of fewer files than it counts', () => withEnd(10, 6), /directory is wrong/],
      ['a directory of more files than it counts', () => withEnd(10, 4), /other files than it counts/],
      ['a directory beyond its end', () => withEnd(13, 0xff), /cut short/],
      ['a file that is elsewhere', () => withEntry('plugin.wasm', 42, 7), /not where/],
    ];

    function parts(): { manifestBytes: Uint8Array; wasm: Uint8Array } {
      return { manifestBytes: files['plugin.json'], wasm };
    }

    /** A file that was packed under another name of the same length. */
    function withSecond(name: string): Uint8Array {
      const zip = Buffer.from(zipSync({ ...files, 'plugin.next': wasm }));
      return Buffer.from(zip.toString('latin1').replaceAll('plugin.next', name), 'latin1');
    }

    function otherReadme(): Uint8Array {
      const zip = zipSync({ ...files, 'README.md': text.encode('# Greeter') }, { level: 0 });
      return changed(zip, Buffer.from(zip).indexOf('# Greeter') + 2, 0x67);
    }

    function withEntry(name: string, offset: number, value: number): Uint8Array {
      return changed(whole, centralEntry(whole, name) + offset, value);
    }

    function withEnd(offset: number, value: number): Uint8Array {
      return changed(whole, whole.length - 22 + offset, value);
    }

    it.each(cases)('%s', async (_, make, sentence) => {
      const { code, message } = await refusalOf(make());
      expect({ code, message }).toEqual({ code: 'plugin.package_damaged', message: expect.stringMatching(sentence) });
    });
  });

  describe('refuses as too large', () => {
    const mebibytes = (count: number): Uint8Array => new Uint8Array(count * 1024 ** 2);
    const cases: readonly [string, () => Uint8Array, RegExp][] = [
      ['a file of more than 5 MiB', () => mebibytes(5.1), /5 MiB/],
      ['65 files', () => zipSync(many(65)), /64 files/],
      ['what it becomes', () => zipSync({ ...files, a: mebibytes(4), b: mebibytes(4) }), /unpacked/],
      ['code of more than 4 MiB', () => zipSync({ ...files, 'plugin.wasm': mebibytes(4.1) }), /plugin\.wasm/],
      ['a manifest of more than 64 KiB', () => zipSync({ ...files, 'plugin.json': mebibytes(0.1) }), /64 KiB/],
      ['a README of more than 256 KiB', () => zipSync({ ...files, 'README.md': mebibytes(0.3) }), /256 KiB/],
      ['an icon of more than 64 KiB', () => zipSync({ ...files, 'icon.png': mebibytes(0.1) }), /64 KiB/],
    ];

    function many(count: number): Zippable {
      return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, new Uint8Array()]));
    }

    it.each(cases)('%s', async (_, make, sentence) => {
      const { code, message } = await refusalOf(make());
      expect({ code, message }).toEqual({ code: 'plugin.package_too_large', message: expect.stringMatching(sentence) });
    });
  });

  it('unpacks no more of a bomb than it declares', async () => {
    const zip = zipSync({ ...files, 'plugin.wasm': new Uint8Array(20 * 1024 ** 2) });
    const bomb = changed(zip, centralEntry(zip, 'plugin.wasm') + 24, 1_000_000, 4);
    const { code, message } = await refusalOf(bomb);
    expect({ code, message }).toEqual({
      code: 'plugin.package_damaged',
      message: expect.stringContaining('larger than its directory says'),
    });
  });

  it('does not begin to unpack what is larger packed than unpacked', async () => {
    // Empty blocks of DEFLATE: each costs time, none brings anything.
    const packed = new Uint8Array([
      ...Array<number[]>(100_000).fill([0, 0, 0, 0xff, 0xff]).flat(),
      1,
      0,
      0,
      0xff,
      0xff,
    ]);
    const zip = zipSync({ ...files, 'README.md': packed }, { level: 0 });
    const entry = centralEntry(zip, 'README.md');
    const bomb = changed(changed(zip, entry + 10, 8), entry + 24, 0, 4);
    expect(await refusalOf(bomb)).toMatchObject({
      code: 'plugin.package_damaged',
      message: expect.stringContaining('"README.md" is larger packed than unpacked'),
    });
  });

  it('takes what does not compress, packed all the same', async () => {
    const noise = Uint8Array.from(
      { length: 200_000 },
      (_, index) => 32 + ((Math.imul(index, 2_654_435_761) >>> 7) % 95),
    );
    // The least memory that there is: the smallest blocks.
    const packed = deflateRawSync(noise, { memLevel: 1, level: 0 });
    expect(packed.length).toBeGreaterThan(noise.length);
    const zip = zipSync({ ...files, 'README.md': packed }, { level: 0 });
    const entry = centralEntry(zip, 'README.md');
    const whole = changed(
      changed(changed(zip, entry + 10, 8), entry + 24, noise.length, 4),
      entry + 16,
      crc32(noise),
      4,
    );
    expect((await readPluginPackage(whole)).readme).toHaveLength(noise.length);
  });

  it('refuses two files that are the same bytes, and one that lies in the directory', async () => {
    const zip = zipSync({ ...files, 'docs/a.md': text.encode('a'), 'docs/b.md': text.encode('b') }, { level: 0 });
    const [a, b] = [centralEntry(zip, 'docs/a.md'), centralEntry(zip, 'docs/b.md')];
    const at = new DataView(zip.buffer).getUint32(a + 42, true);
    expect((await refusalOf(changed(zip, b + 42, at, 4))).message).toContain('lies within another file');
    const into = changed(changed(zip, b + 20, 30, 4), b + 24, 30, 4);
    expect((await refusalOf(into)).message).toContain('"docs/b.md" is cut short');
  });

  it('takes a name with a byte order mark for another name', async () => {
    const zip = zipSync({ 'plugin.json': files['plugin.json'], '\uFEFFplugin.wasm': files['plugin.wasm'] });
    expect((await refusalOf(zip)).message).toContain('no plugin.wasm');
  });

  it.each<[string, Readonly<Record<string, unknown>>, ErrorCode, string | undefined]>([
    ['no name', { name: undefined }, 'plugin.manifest_invalid', 'name'],
    ['a version that is none', { version: '1.2' }, 'plugin.manifest_invalid', 'version'],
    ['a hook that there is not', { hooks: ['on_http', 'on_sleep'] }, 'plugin.manifest_invalid', 'hooks.1'],
    [
      'a default that its setting does not allow',
      { config: { type: 'object', properties: { level: { type: 'integer', default: 9, maximum: 5 } } } },
      'plugin.manifest_invalid',
      'config.properties.level',
    ],
    ['a hook of no target', { hooks: ['on_connect'], targets: ['client'] }, 'plugin.manifest_invalid', 'hooks'],
    ['a newer ABI, whatever else there is', { abi: 2, hooks: ['on_dream'] }, 'plugin.abi_newer', undefined],
    ['a newer form', { schema: 2 }, 'plugin.abi_newer', undefined],
    ['another hash', { sha256: 'ab'.repeat(32) }, 'plugin.hash_wrong', undefined],
    ['a publisher without a signature', { publisher: 'ab'.repeat(32) }, 'plugin.signature_wrong', undefined],
  ])('refuses a manifest with %s', async (_, manifest, code, field) => {
    const refusal = await refusalOf(await packageOf({ manifest, wasm }));
    expect({ code: refusal.code, field: refusal.field }).toEqual({ code, field });
    if (field !== undefined) expect(refusal.message).toContain(field);
  });

  it.each([
    ['no JSON', '{"schema":1', undefined, /not JSON/],
    ['a byte order mark', `\uFEFF${JSON.stringify(manifestOf())}`, undefined, /byte order mark/],
    ['no object', '7', undefined, /JSON object/],
    ['a name twice', `{"id":"other",${JSON.stringify(manifestOf()).slice(1)}`, 'id', /twice/],
    ['a prototype', `{"__proto__":{},${JSON.stringify(manifestOf()).slice(1)}`, '__proto__', /not allowed/],
  ])('refuses a manifest that has %s', async (_, json, field, sentence) => {
    const refusal = await refusalOf(writePluginPackage({ manifestBytes: text.encode(json), wasm }));
    expect(refusal).toMatchObject({ code: 'plugin.manifest_invalid', field, message: expect.stringMatching(sentence) });
  });

  it('refuses text that is no UTF-8, of the manifest and of the README', async () => {
    const broken = new Uint8Array([0x7b, 0xff, 0x7d]);
    expect((await refusalOf(writePluginPackage({ manifestBytes: broken, wasm }))).code).toBe('plugin.manifest_invalid');
    const { message } = await refusalOf(zipSync({ ...files, 'README.md': broken }));
    expect(message).toContain('README.md is not text');
  });

  it.each([
    ['lacks a hook', wasmWith([]), /on_http/],
    ['is no Wasm', text.encode('function on_http() {}'), /not allowed/],
    // Its function ends without the number that its type promises.
    ['no engine would compile', brokenWasm(), /does not compile/],
  ])('refuses code that %s', async (_, code, sentence) => {
    const { code: refused, message } = await refusalOf(await packageOf({ wasm: code }));
    expect({ refused, message }).toEqual({
      refused: 'plugin.module_refused',
      message: expect.stringMatching(sentence),
    });
  });

  describe('refuses a signature', () => {
    async function signed(by: TestPublisher, of: (manifest: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) {
      const { manifestBytes } = await readPluginPackage(await packageOf({ publisher: ada }));
      const signature = await by.sign(of(manifestBytes.slice()));
      return { manifestBytes, wasm, signature };
    }

    it('of somebody else', async () => {
      const parts = await signed(await newPublisher(), (manifest) => manifest);
      expect((await refusalOf(writePluginPackage(parts))).code).toBe('plugin.signature_wrong');
    });

    it('of another manifest', async () => {
      const parts = await signed(ada, (manifest) => manifest.subarray(1));
      expect((await refusalOf(writePluginPackage(parts))).code).toBe('plugin.signature_wrong');
    });

    it('that is cut short, or longer', async () => {
      const parts = await signed(ada, (manifest) => manifest);
      expect((await readPluginPackage(writePluginPackage(parts))).signed).toBe(true);
      const short = writePluginPackage({ ...parts, signature: parts.signature.subarray(1) });
      expect((await refusalOf(short)).code).toBe('plugin.signature_wrong');
      const long = writePluginPackage({ ...parts, signature: new Uint8Array([...parts.signature, 0]) });
      expect((await refusalOf(long)).code).toBe('plugin.package_too_large');
    });

    it('where the manifest names nobody', async () => {
      const signature = await ada.sign(files['plugin.json'].slice());
      const zip = writePluginPackage({ manifestBytes: files['plugin.json'], wasm, signature });
      expect((await refusalOf(zip)).code).toBe('plugin.signature_wrong');
    });
  });
});

describe('whatever it is given, readPluginPackage', () => {
  async function isReadOrRefused(bytes: Uint8Array): Promise<void> {
    const outcome = await readPluginPackage(bytes).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SwitchboardError);
  }

  it('refuses in its own words: bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), isReadOrRefused));
  });

  it('refuses in its own words: cut anywhere', async () => {
    for (let length = 0; length < whole.length; length++) await refusalOf(whole.subarray(0, length));
  });

  it('refuses in its own words: with bits turned', async () => {
    const turns = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(turns, async (places) => {
      const bytes = whole.slice();
      for (const [at, mask] of places) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
      await isReadOrRefused(bytes);
    });
    await fc.assert(property, { numRuns: 2_000 });
  });

  it('refuses in its own words: with the sizes and places of its directory at their ends', async () => {
    const start = centralEntry(whole, 'plugin.json');
    const values = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
    for (let at = start; at < whole.length - 3; at++) {
      for (const value of values) await isReadOrRefused(changed(whole, at, value, 4));
    }
  });

  it('refuses in its own words: zips of anything', async () => {
    const name = fc.oneof(
      fc.constantFrom('plugin.json', 'plugin.wasm', 'README.md', 'icon.png', 'plugin.sig'),
      fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== '__proto__'),
    );
    const json = fc.json().map((value) => text.encode(value));
    const odd = fc.constant(text.encode(JSON.stringify(manifestOf())));
    const zips = fc
      .dictionary(name, fc.oneof(fc.uint8Array({ maxLength: 200 }), json, odd), { noNullPrototype: true })
      .map((entries) => zipSync(entries));
    await fc.assert(fc.asyncProperty(zips, isReadOrRefused), { numRuns: 500 });
  });

  it('refuses in its own words: manifests with anything in a field', async () => {
    const field = fc.constantFrom(
      ...Object.keys(manifestOf()),
      'config',
      'commands',
      'permissions',
      'limits',
      'timerS',
    );
    const property = fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
      const manifestBytes = text.encode(JSON.stringify(manifestOf({ [name]: value })));
      const refusal = await refusalOf(writePluginPackage({ manifestBytes, wasm }));
      // The hash is the fixture's, of nothing: what fits the schema is refused for that.
      expect(['plugin.manifest_invalid', 'plugin.abi_newer', 'plugin.hash_wrong', 'plugin.signature_wrong']).toContain(
        refusal.code,
      );
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

describe('writePluginPackage', () => {
  it('makes the same bytes of the same parts', async () => {
    expect(await packageOf({ readme: 'x' })).toEqual(await packageOf({ readme: 'x' }));
  });

  it('keeps what it is given', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (readme) => {
        const expected = new TextDecoder().decode(text.encode(readme)).replace(/^\uFEFF/, '');
        expect((await readPluginPackage(await packageOf({ readme }))).readme).toBe(expected);
      }),
    );
  });
});
