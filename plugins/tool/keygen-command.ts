import { onlyOne, parsed, pathOf } from './arguments.ts';
import { makeKey } from './keys.ts';
import type { ToolCommand } from './tool-io.ts';

export const keygenCommand: ToolCommand = {
  name: 'keygen',
  summary: 'makes a key to sign with',
  help: `Makes an Ed25519 key, for sign.

  npm run plugin -- keygen FILE

Only you can read the file; what is there already is never overwritten. Keep it, and keep it secret: whoever has
installed a plugin that is signed with it takes updates of this key alone.`,

  async run(args, io) {
    const path = pathOf(io, onlyOne(parsed(args, {}).positionals, 'the file to write the key to'));
    const publisher = await makeKey(path);
    io.say(`Wrote ${path}. Its public half, which plugin.json names as publisher when you sign:`);
    io.say(publisher);
    return 0;
  },
};
