/* Forked by the editor's process: the voice engine between the devices of this machine. */

import { openAudio } from './devices/open-audio.ts';
import { serveEngine } from './serve-engine.ts';

serveEngine(openAudio);
