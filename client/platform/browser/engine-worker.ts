/* Runs in a worker: the voice engine, its codec and its lane, away from the page's own thread. */

import { opusCodec } from '../../audio/opus-codec.ts';
import { VoiceEngine } from '../../engine/voice-engine.ts';
import type { LaneFactory } from '../../lanes/lane.ts';
import { WebSocketLane, type WebSocketLike } from '../../lanes/websocket-lane.ts';
import { browserClock } from './browser-clock.ts';
import { EngineBridge } from './engine-bridge.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

const lanes: LaneFactory = {
  kinds: ['websocket'],
  // Its handlers take a whole MessageEvent; the lane reads `data` alone.
  open: (_kind, address, events) => new WebSocketLane(() => new WebSocket(address) as WebSocketLike, events),
};

function tell(message: FromWorker): void {
  postMessage(message);
}

const engine = new VoiceEngine({
  clock: browserClock,
  codec: opusCodec,
  lanes,
  emit: (event) => tell({ type: 'event', event }),
});
const bridge = new EngineBridge(engine, (sandboxId) => tell({ type: 'sandbox.stuck', sandboxId }));

onmessage = ({ data }: MessageEvent<ToWorker>) => bridge.receive(data);

engine.ready.then(
  () => tell({ type: 'ready' }),
  (error: unknown) => tell({ type: 'failed', reason: String(error instanceof Error ? (error.cause ?? error) : error) }),
);
