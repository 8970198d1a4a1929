import type { VoiceEngine } from '../../engine/voice-engine.ts';
import { NodeSandboxes } from './node-sandboxes.ts';

/** The threads of plugins beside an engine of this process: their frames are the engine's. @param threadFile as in `NodeSandboxes` */
export function sandboxesOf(engine: VoiceEngine, threadFile?: URL): NodeSandboxes {
  const sandboxes = new NodeSandboxes({
    ...(threadFile === undefined ? {} : { threadFile }),
    frames: {
      opened: (sandboxId, line) => engine.attachSandbox(sandboxId, line, () => sandboxes.stuck(sandboxId)),
      closed: (sandboxId) => engine.detachSandbox(sandboxId),
    },
  });
  return sandboxes;
}
