import { compareVersions, readPluginPackage } from '@switchboard/client/plugins';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToolBench } from './testing/tool-bench.ts';

/** AssemblyScript, whose compiler is always there. */
const source = (answer: number): string => `import 'switchboard';
export function on_command(): i32 { return ${answer}; }
`;
const plain = { hooks: ['on_command'], permissions: [] };

describe('npm run plugin -- dev', () => {
  let bench: ToolBench;
  let running: Promise<number> | undefined;
  let server: Server | undefined;

  beforeEach(async () => {
    bench = await ToolBench.open();
    await bench.writePlugin('half', plain);
    await bench.write('half/assembly/index.ts', source(0));
    await mkdir(bench.path('plugins'));
  });

  afterEach(async () => {
    bench.end();
    await running;
    server?.close();
    vi.unstubAllEnvs();
    await bench.close();
  });

  async function installed() {
    return readPluginPackage(await readFile(bench.path('plugins/half.zip')));
  }

  it('gives the server’s folder each change, newer each time, and nothing that does not build', async () => {
    running = bench.run('dev', 'half', '--folder', 'plugins');
    await expect.poll(() => bench.said.at(-1)).toMatch(/is now at .*half\.zip/);
    const first = await installed();
    expect(compareVersions(first.manifest.version, '1.2.0')).toBeGreaterThan(0);

    bench.now += 5_000;
    await bench.write('half/assembly/index.ts', 'export function on_command(): i32 {');
    await expect.poll(() => bench.said.at(-1)).toContain('failed');
    expect((await installed()).manifest.version).toBe(first.manifest.version);

    await bench.write('half/assembly/index.ts', source(1));
    await expect.poll(async () => (await installed()).manifest.version).not.toBe(first.manifest.version);
    const second = await installed();
    expect(compareVersions(second.manifest.version, first.manifest.version)).toBeGreaterThan(0);
    expect(second.wasm).not.toEqual(first.wasm);
    expect(await readdir(bench.path('plugins'))).toEqual(['half.zip']);

    bench.end();
    expect(await running).toBe(0);
  });

  it('refuses a folder that has the plugin under another name', async () => {
    running = bench.run('dev', 'half', '--folder', 'plugins');
    await expect.poll(() => bench.said.at(-1)).toContain('is now at');
    await bench.write('plugins/half-1.2.0.zip', await readFile(bench.path('plugins/half.zip')));
    await bench.write('half/README.md', '# Half');
    await expect.poll(() => bench.said.at(-1)).toContain('half-1.2.0.zip is this plugin, too');
  });

  it('says that there is no such folder', async () => {
    expect(await bench.run('dev', 'half', '--folder', 'elsewhere')).toBe(1);
    expect(bench.complaints[0]).toContain('no folder');
  });

  it('gives a server each change, with what it wants agreed to, and goes on where it refuses', async () => {
    const asked: { readonly url: string; readonly bearer: string; readonly version: string }[] = [];
    server = createServer((request, response) => {
      void buffer(request).then(async (body) => {
        const { manifest } = await readPluginPackage(body);
        asked.push({
          url: request.url ?? '',
          bearer: request.headers.authorization ?? '',
          version: manifest.version,
        });
        const refusal = { error: { code: 'plugin.too_many', message: 'There are as many as there may be.' } };
        response.writeHead(asked.length === 1 ? 409 : 201).end(JSON.stringify(asked.length === 1 ? refusal : {}));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    expect(await bench.run('dev', 'half', '--server', address)).toBe(1);
    expect(bench.complaints[0]).toContain('SWITCHBOARD_API_KEY');

    vi.stubEnv('SWITCHBOARD_API_KEY', 'sbk_test');
    await bench.writePlugin('half', { ...plain, permissions: [{ name: 'storage' }] });
    running = bench.run('dev', 'half', '--server', address);
    await expect.poll(() => bench.said.at(-1)).toBe('There are as many as there may be.');
    await bench.write('half/README.md', '# Half');
    await expect.poll(() => bench.said.at(-1)).toContain(`is now at ${address}`);
    expect(asked[1]).toEqual({
      url: '/api/plugins?agreed=permission%3Astorage&enable=false&offer=true',
      bearer: 'Bearer sbk_test',
      version: expect.stringMatching(/^1\.2\.1-dev\.\d+$/),
    });
  });
});
