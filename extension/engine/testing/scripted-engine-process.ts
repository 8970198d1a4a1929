/* An engine for tests, forked: the real one between scripted devices. Its first argument says what goes wrong at its start. */

import { SwitchboardError } from '@switchboard/protocol';
import { serveEngine } from '../serve-engine.ts';
import { ScriptedAudio } from './scripted-audio.ts';

switch (process.argv[2]) {
  case 'throws':
    throw new Error('broken on purpose');
  case 'waits':
    serveEngine(() => new Promise(() => {}));
    break;
  case 'fails':
    serveEngine(() => Promise.reject(new SwitchboardError('client.audio_failed', 'There is no loudspeaker.')));
    break;
  case 'clings':
    // Does not end when it is told to.
    serveEngine(() =>
      Promise.resolve(Object.assign(new ScriptedAudio(), { close: () => new Promise<void>(() => {}) })),
    );
    break;
  case 'babbles':
    for (const nonsense of [
      null,
      7,
      'ready',
      { type: 'event' },
      { type: 'event', event: { type: 'level', dbfs: 'x' } },
    ])
      process.send?.(nonsense);
    serveEngine(() => Promise.resolve(new ScriptedAudio()));
    break;
  default:
    serveEngine(() => Promise.resolve(new ScriptedAudio()));
    break;
}
