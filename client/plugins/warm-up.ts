import { AUDIO_HOOKS, FRAME_SAMPLES } from '@switchboard/protocol';
import { Sandbox, type SandboxParts } from './sandbox/sandbox.ts';

/** Of each audio hook. */
const FRAMES = 16;

/**
 * Code that has never run is compiled at its first run: silent frames go through a plugin before it is said to run, so that the first
 * real one is not late. Of what it does with them nobody learns, but a plugin that traps with silence fails at its start.
 */
export function warmedUpSandbox({ post, nowMs }: SandboxParts): Sandbox {
  const sandbox = new Sandbox({
    post(message, transfer) {
      if (message.type === 'started') sandbox.rehearse(() => warmUp(sandbox));
      post(message, transfer);
    },
    nowMs,
  });
  return sandbox;
}

function warmUp(sandbox: Sandbox): void {
  for (const hook of AUDIO_HOOKS) {
    const speaker = hook === 'on_audio_frame_captured' ? 0 : 1;
    for (let sequence = 0; sequence < FRAMES; sequence++) {
      sandbox.frame({ sequence, hook, speaker, samples: new Float32Array(FRAME_SAMPLES) });
    }
  }
}
