import type { LaneKind } from '@switchboard/protocol';
import type { LaneAddress, StreamLane } from '../relay-lane.ts';
import { RelayCore, type RelayOutput } from '../relay-core.ts';
import type { DropReason, RelaySession } from '../relay-messages.ts';
import { toUdpAddress, type UdpAddress } from '../udp-address.ts';
import { pingPacket, relaySession } from './packets.ts';

/** Something that a relay sent. */
export interface Sent {
  readonly to: LaneAddress;
  readonly bytes: Uint8Array;
}

export class RecordingStream implements StreamLane {
  readonly kind = 'websocket';
  readonly sent: Sent[];
  closed = false;
  /** What sending answers from now on. */
  refusal: Extract<DropReason, 'receiver_slow' | 'send_failed'> | undefined;

  constructor(sent: Sent[]) {
    this.sent = sent;
  }

  send(bytes: Uint8Array): typeof this.refusal {
    if (this.refusal === undefined) this.sent.push({ to: this, bytes });
    return this.refusal;
  }

  close(): void {
    this.closed = true;
  }
}

/** A core with its surroundings: a clock to turn, addresses to send from, and everything it did in order. */
export class CoreHarness implements RelayOutput {
  readonly core = new RelayCore(this);
  readonly sent: Sent[] = [];
  readonly speakingEvents: [token: number, speaking: boolean][] = [];
  readonly laneEvents: [token: number, lane: LaneKind | null][] = [];
  nowMs = 1_000;

  sendUdp(bytes: Uint8Array, to: UdpAddress): void {
    this.sent.push({ to, bytes });
  }

  speaking(token: number, speaking: boolean): void {
    this.speakingEvents.push([token, speaking]);
  }

  lane(token: number, lane: LaneKind | null): void {
    this.laneEvents.push([token, lane]);
  }

  stream(): RecordingStream {
    return new RecordingStream(this.sent);
  }

  receive(bytes: Uint8Array, from: LaneAddress): void {
    this.core.receive(bytes, from, this.nowMs);
  }

  /** Opens a session and binds it to its address with ping 0. What that made the relay send is forgotten. */
  join(token: number, changes: Partial<RelaySession> = {}, at: LaneAddress = addressOf(token)): LaneAddress {
    this.core.open(relaySession(token, changes), this.nowMs);
    this.receive(pingPacket(token, 0), at);
    this.takeSent();
    return at;
  }

  takeSent(): Sent[] {
    return this.sent.splice(0);
  }

  /** The reasons that have counts. */
  drops(): Partial<Record<DropReason, number>> {
    return Object.fromEntries(Object.entries(this.core.report().dropped).filter(([, count]) => count > 0));
  }
}

/** An address for each session; `nth` for further ones of the same. */
export function addressOf(token: number, nth = 0): UdpAddress {
  return toUdpAddress('192.0.2.1', 10_000 + token * 10 + nth);
}
