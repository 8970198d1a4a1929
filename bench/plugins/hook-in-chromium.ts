import { build } from 'esbuild';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { gain } from '../../client/plugins/testing/hostile-plugins.ts';
import type { TestPlugin } from '../../client/plugins/testing/wat.ts';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import { ROOT } from '../../scripts/run.ts';
import type { BenchPart } from '../report.ts';
import { median, percentile } from '../statistics.ts';
import type { ChainResult } from './chain-worker.ts';

const SANDBOX_WORKER = join(ROOT, 'webcomponents/dist/web/sandbox-worker.js');

/** The same as in Node, in a page: between a worker as the engine's and the plugin's, as it is shipped. */
export function hookInChromium(frames: number): BenchPart {
  return {
    name: 'hook-chromium',
    async measure() {
      const executablePath = findChromium();
      if (executablePath === undefined) throw new Error('no Chromium was found; `npm test` says how to get one');
      const server = await serve();
      const browser = await chromium.launch({ executablePath, headless: true, args: [...CHROMIUM_ARGS] });
      try {
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
        const { us, missed, meanUs } = await measured(page, await gain(), frames);
        return {
          figures: {
            hookMedianUsChromium: median(us),
            hookP99UsChromium: percentile(us, 0.99),
            missedFramesChromium: missed,
            pluginMeanUsChromium: meanUs,
          },
          runs: us.map((value, frame) => ({ frame, us: value })),
        };
      } finally {
        await browser.close();
        server.close();
      }
    },
  };
}

function measured(page: Page, { manifest, wasm }: TestPlugin, frames: number): Promise<ChainResult> {
  return page.evaluate(
    async ({ bytes, ...task }) => {
      if (!crossOriginIsolated) throw new Error('The clock of this page is too coarse');
      const failed = (what: string) => (event: ErrorEvent) => {
        throw new Error(`${what}: ${event.message}`);
      };
      const sandbox = new Worker('/sandbox-worker.js', { type: 'module' });
      sandbox.onerror = failed('sandbox-worker.js');
      const { port1, port2 } = new MessageChannel();
      sandbox.postMessage({ type: 'frames', port: port1 }, [port1]);
      const started = new Promise<void>((resolve, reject) => {
        sandbox.onmessage = ({ data }: MessageEvent<{ type: string }>) => {
          if (data.type === 'started') resolve();
          else if (data.type !== 'loaded') reject(new Error(JSON.stringify(data)));
        };
      });
      const module = Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
      const start = { type: 'start', wasm: module, target: 'client', config: {}, storage: {} };
      sandbox.postMessage({ ...start, manifest: task.manifest });
      await started;
      const engine = new Worker('/chain-worker.js', { type: 'module' });
      engine.onerror = failed('chain-worker.js');
      const answer = new Promise<ChainResult>((resolve) => {
        engine.onmessage = ({ data }: MessageEvent<ChainResult>) => resolve(data);
      });
      engine.postMessage({ port: port2, frames: task.frames }, [port2]);
      return answer;
    },
    { bytes: Buffer.from(wasm).toString('base64'), manifest, frames },
  );
}

/** A page of its own origin, isolated: else its clock is a tenth of a millisecond coarse. */
async function serve(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'chain-worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    conditions: ['source'],
  });
  const chainWorker = outputFiles[0]?.text ?? '';
  const sandboxWorker = await readFile(SANDBOX_WORKER, 'utf8');
  const files = new Map([
    ['/', ['text/html', '<!doctype html><title>Plugins</title>']],
    ['/chain-worker.js', ['text/javascript', chainWorker]],
    ['/sandbox-worker.js', ['text/javascript', sandboxWorker]],
  ]);
  const server = createServer(({ url }, response) => {
    const [type, content] = files.get(url ?? '') ?? [];
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (type === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'Content-Type': type }).end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
