import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BrowserPerson } from '../../e2e/harness/browser.ts';
import { RECORDER_FILE } from '../../e2e/harness/page-tap.ts';
import { TestServer } from '../../e2e/harness/server.ts';
import { WavFolder } from '../../e2e/harness/wavs.ts';
import type { BenchPart, Run } from '../report.ts';
import { WebLog } from './web-log.ts';

const WEB_ROOT = join(import.meta.dirname, '../../webcomponents/dist/web');
/** Answered by the server itself, or asked for by the harness. */
const NOT_SHIPPED = ['/.well-known/switchboard.json', '/favicon.ico', `/${RECORDER_FILE}`];

/**
 * The files that a browser asks for, before and after someone joins, at the size that gzip (level 9) gives each. That is
 * what travels where a proxy compresses; which files they are is read off the wire.
 */
export const pageWeight: BenchPart = {
  name: 'weight',
  async measure() {
    using wavs = new WavFolder();
    let webPort = 0;
    await using web = await WebLog.listen(() => webPort);
    await using server = await TestServer.start({ env: { SWITCHBOARD_ALLOWED_ORIGINS: web.embeddingOrigin } });
    webPort = server.webPort;
    const app = await visited(web, `${web.url}/`, wavs);
    const embedded = await visited(web, web.embeddingUrl, wavs, { join: true });
    const runs: Run[] = [
      ...app.shown.map((file) => ({ page: 'app', when: 'shown', ...file })),
      ...embedded.shown.map((file) => ({ page: 'embedded', when: 'shown', ...file })),
      ...embedded.joined.map((file) => ({ page: 'embedded', when: 'joined', ...file })),
    ];
    if (!embedded.shown.some(({ path }) => path === '/embed.js')) throw new Error('embed.js was not loaded');
    if (!embedded.joined.some(({ path }) => path === '/engine-worker.js')) throw new Error('no engine was loaded');
    return {
      figures: {
        embedGzipBytes: gzipBytesOf(embedded.shown),
        appGzipBytes: gzipBytesOf(app.shown),
        joinGzipBytes: gzipBytesOf(embedded.joined),
      },
      runs,
    };
  },
};

interface WebFile {
  readonly path: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

interface Visit {
  readonly shown: readonly WebFile[];
  readonly joined: readonly WebFile[];
}

/** A first visit, in a browser of its own: nothing is in its cache. */
async function visited(web: WebLog, url: string, wavs: WavFolder, { join: joins = false } = {}): Promise<Visit> {
  await using person = await BrowserPerson.open('Ada', wavs.silence());
  web.take();
  await person.page.goto(url, { waitUntil: 'networkidle' });
  const nickname = person.page.getByRole('textbox', { name: 'Nickname' });
  await nickname.waitFor();
  const shown = filesOf(web.take());
  if (!joins) return { shown, joined: [] };
  await nickname.fill('Ada');
  await person.page.getByRole('button', { name: 'Join', exact: true }).click();
  await person.connected();
  return { shown, joined: filesOf(web.take()) };
}

function filesOf(paths: readonly string[]): WebFile[] {
  return paths
    .filter((path) => !NOT_SHIPPED.includes(path))
    .map((path) => {
      const file = join(WEB_ROOT, path === '/' ? 'index.html' : path);
      if (!existsSync(file)) throw new Error(`The page asked for ${path}, which is no built file`);
      return { path, bytes: statSync(file).size, gzipBytes: gzipSync(readFileSync(file), { level: 9 }).length };
    });
}

function gzipBytesOf(files: readonly WebFile[]): number {
  return files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
}
