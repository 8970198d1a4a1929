/* Forked by the editor's process: the voice engine between the devices of this machine. */

import { openAudio } from './devices/open-audio.ts';
import { serveEngine } from './serve-engine.ts';

// As a bundle, which has the thread of a plugin beside it; the sources find their own.
const { url } = import.meta;
serveEngine(openAudio, url.endsWith('.mjs') ? new URL('sandbox-thread.mjs', url) : undefined);
