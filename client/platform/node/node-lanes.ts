import { MAX_PACKET_BYTES, type LaneKind } from '@switchboard/protocol';
import { WebSocket } from 'ws';
import type { LaneFactory } from '../../lanes/lane.ts';
import { WebSocketLane, type WebSocketLike } from '../../lanes/websocket-lane.ts';
import { trustedConnections, type ServerTrust } from './server-trust.ts';
import { UdpLane } from './udp-lane.ts';

const KINDS: readonly LaneKind[] = ['udp', 'websocket'];

/** @param only leaves out the other kinds: for tests, and where one is known to be blocked. */
export function nodeLanes(trust?: ServerTrust, only: readonly LaneKind[] = KINDS): LaneFactory {
  return {
    kinds: KINDS.filter((kind) => only.includes(kind)),
    open(kind, address, events) {
      if (kind === 'udp') return new UdpLane(address, events);
      return new WebSocketLane(() => connect(address, trust), events);
    },
  };
}

function connect(address: URL, trust: ServerTrust | undefined): WebSocketLike {
  return new WebSocket(address, {
    maxPayload: MAX_PACKET_BYTES,
    perMessageDeflate: false,
    ...(address.protocol === 'wss:' ? trustedConnections(trust) : {}),
  }) as WebSocketLike;
}
