import type { LaneKind } from '@switchboard/protocol';
import { randomBytes } from 'node:crypto';
import { opusCodec } from '../../audio/opus-codec.ts';
import { VoiceEngine } from '../../engine/voice-engine.ts';
import type { BlobStore, Clock, EngineHost, EngineHostEvents, KeyValueStore, Platform } from '../platform.ts';
import { openWhile } from '../open-sandboxes.ts';
import type { AudioBackend } from './audio-backend.ts';
import { sandboxesOf } from './engine-sandboxes.ts';
import { fetchBytes } from './fetch-bytes.ts';
import { fetchForPlugin } from './fetch-for-plugin.ts';
import { fetchJson } from './fetch-json.ts';
import { MemoryBlobs } from './memory-blobs.ts';
import { nodeClock } from './node-clock.ts';
import { openControlSocket } from './node-control-socket.ts';
import { nodeLanes } from './node-lanes.ts';
import type { ServerTrust } from './server-trust.ts';

export interface NodePlatformOptions {
  /** One engine at a time plays to it. */
  readonly audio: AudioBackend;
  readonly store: KeyValueStore;
  /** Where plugins are kept; without it in memory. */
  readonly blobs?: BlobStore;
  /** Believe this certificate alone; the system's authorities without it. */
  readonly trust?: ServerTrust | undefined;
  /** Use these lanes alone. */
  readonly lanes?: readonly LaneKind[] | undefined;
}

/** The client's surroundings in Node, with the engine in the same thread. */
export function createNodePlatform(options: NodePlatformOptions): Platform {
  const { audio, store, trust } = options;
  return {
    clock: nodeClock,
    epochMs: () => Date.now(),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    store,
    fetchJson: (url) => fetchJson(url, trust),
    blobs: options.blobs ?? new MemoryBlobs(),
    fetchBytes: (url, maxBytes) => fetchBytes(url, maxBytes, trust),
    fetchForPlugin,
    openControlSocket: (url, events) => openControlSocket(url, events, trust),
    startEngine: (events) => startEngine(audio, nodeClock, events, trust, options.lanes),
    // Node tells nobody that the network is back: the client's own attempts find it.
    onOnline: () => () => undefined,
  };
}

async function startEngine(
  audio: AudioBackend,
  clock: Clock,
  events: EngineHostEvents,
  trust: ServerTrust | undefined,
  lanes: readonly LaneKind[] | undefined,
): Promise<EngineHost> {
  const engine = new VoiceEngine({
    clock,
    codec: opusCodec,
    lanes: nodeLanes(trust, lanes),
    emit: (event) => events.event(event),
  });
  const sandboxes = sandboxesOf(engine);
  let open = true;
  await engine.ready;
  await audio.start(
    { captured: (frame) => engine.captured(frame), render: (out) => engine.render(out) },
    { devicesChanged: () => events.devicesChanged(), microphoneLost: () => events.microphoneLost() },
  );
  return {
    send: (command) => engine.handle(command),
    openMicrophone: (deviceId) => audio.openMicrophone(deviceId),
    closeMicrophone: () => audio.closeMicrophone(),
    useSpeaker: (deviceId) => audio.useSpeaker(deviceId),
    devices: () => audio.devices(),
    openSandbox: openWhile(() => open, sandboxes.open),
    async close() {
      open = false;
      engine.close();
      sandboxes.close();
      await audio.close();
    },
  };
}
