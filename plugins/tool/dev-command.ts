import { SwitchboardError } from '@switchboard/protocol';
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { build } from './build-command.ts';
import { intoFolder, ontoServer, type Publish } from './dev-places.ts';
import { devVersion } from './dev-version.ts';
import { readKey, type SigningKey } from './keys.ts';
import { packFolder } from './package-file.ts';
import { ToolError, UsageError, type ToolCommand, type ToolIo } from './tool-io.ts';

const OPTIONS = { folder: { type: 'string' }, server: { type: 'string' }, key: { type: 'string' } } as const;

/** Names the key, which a command line would show to others on the machine. */
const API_KEY = 'SWITCHBOARD_API_KEY';

/** Editors write a file in several steps: it is built when they are done. */
const SETTLE_MS = 100;
/** What building makes. */
const MADE = /^\.|\.zip$|\.wasm$|\.sha256$|~$/;
const OF_OTHERS = /(^|[\\/])(node_modules|target)([\\/]|$)/;

export const devCommand: ToolCommand = {
  name: 'dev',
  summary: 'builds and installs a plugin anew at each change',
  help: `Watches the folder of a plugin; at each change it is built, packed, and given to a server, which takes it at once.

  npm run plugin -- dev [DIR] --folder FOLDER
  npm run plugin -- dev [DIR] --server URL

  --folder FOLDER  the folder plugins in the data folder of a server on this machine
  --server URL     a server, by its REST API: with an API key that may manage plugins, in ${API_KEY}
  --key FILE       signs: who has installed it from the server with your signature gets each change by itself

Its version is that of plugin.json with the next patch and the time, as in 1.2.1-dev.1767225600: newer than what is
installed, older than what you publish next. Ends on Ctrl-C.`,

  async run(args, io) {
    const { values, positionals } = parsed(args, OPTIONS);
    const path = pathOf(io, onlyOne(positionals, 'one folder', '.'));
    const publish = await publisherOf(values.folder, values.server, io);
    const key = values.key === undefined ? undefined : await readKey(pathOf(io, values.key));
    await untilEnded(path, io, () => buildAndPublish(path, publish, key, io));
    return 0;
  },
};

async function publisherOf(folder: string | undefined, server: string | undefined, io: ToolIo): Promise<Publish> {
  if ((folder === undefined) === (server === undefined)) {
    throw new UsageError('Give either --folder or --server. --help says more.');
  }
  if (folder !== undefined) {
    const path = pathOf(io, folder);
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isFolder) throw new ToolError(`There is no folder ${path}. A server makes it when it starts.`);
    return intoFolder(path);
  }
  if (server === undefined || !URL.canParse(server)) {
    throw new UsageError(`"${server ?? ''}" is no address. Give --server as in a browser: http://127.0.0.1:7700`);
  }
  const apiKey = process.env[API_KEY] ?? '';
  if (apiKey === '') throw new ToolError(`Put an API key that may manage plugins into ${API_KEY}.`);
  return ontoServer(new URL(server), apiKey);
}

/** What is wrong with it is said, and the next change waited for. */
async function buildAndPublish(path: string, publish: Publish, key: SigningKey | undefined, io: ToolIo): Promise<void> {
  try {
    const folder = await build(path, io);
    const file = await packFolder(folder, { key, version: devVersion(folder.manifest.version, io.nowMs()) });
    io.say(`${file.content.manifest.version} is now at ${await publish(file)}.`);
  } catch (error) {
    if (!(error instanceof ToolError) && !SwitchboardError.is(error)) throw error;
    io.say(error.message);
  }
}

async function untilEnded(path: string, { ended }: ToolIo, act: () => Promise<void>): Promise<void> {
  const isOver = (): boolean => ended.aborted;
  let change = Promise.withResolvers<undefined>();
  const watcher = watch(path, { recursive: true }, (_, file) => {
    if (file === null || !(MADE.test(basename(file)) || OF_OTHERS.test(file))) change.resolve(undefined);
  });
  watcher.on('error', (error) => change.reject(new ToolError(`${path} cannot be watched any more.`, error)));
  ended.addEventListener('abort', () => change.resolve(undefined));
  try {
    while (!isOver()) {
      await act();
      // Over while it was built, or waited for: then nobody resolves this one.
      if (!isOver()) await change.promise;
      if (!isOver()) await wait(SETTLE_MS);
      change = Promise.withResolvers();
    }
  } finally {
    watcher.close();
  }
}
