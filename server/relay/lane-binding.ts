import { LANE_HANDOVER_MS, PATH_CHECK_MS } from '@switchboard/protocol';
import { isStream, type LaneAddress, type StreamLane } from './relay-lane.ts';
import type { UdpAddress } from './udp-address.ts';

/*
 * Which address a session speaks from and hears at.
 *
 * - Pings bind, voice never does. A ping binds when its hop tag is right and no control sequence so high was seen before;
 *   one that is merely late is answered and changes nothing.
 * - UDP to UDP binds at once: a NAT gave the client another port, or it changed networks.
 * - A stream binds at once, and with its first message: if that is not a ping that binds, the relay closes the stream.
 *   A stream carries one session and a session one stream: the one before is closed.
 * - From a stream to UDP takes two pings from one UDP address, the second within PATH_CHECK_MS of the first. The client tries
 *   UDP with a single ping and sends the second only on having got the pong, so a path that works in one direction only
 *   never interrupts the sound (as path validation in QUIC: RFC 9000, section 8.2). It changes over on the second pong, and
 *   sends no ping over the stream in between.
 * - After the binding moved, voice from the address before is taken for LANE_HANDOVER_MS: it was on its way.
 * - A stream that closes leaves its session unbound, unless that has moved on. Voice goes nowhere until the next ping.
 */

/** The address that was bound before, and until when its voice is still taken. */
interface Handover {
  readonly from: LaneAddress;
  readonly untilMs: number;
}

export type LaneBinding =
  | { readonly state: 'unbound' }
  | { readonly state: 'bound'; readonly at: LaneAddress; readonly handover: Handover | undefined }
  /** Bound to a stream while a UDP address shows whether pongs reach it. */
  | {
      readonly state: 'checking';
      readonly at: StreamLane;
      readonly handover: Handover | undefined;
      readonly path: UdpAddress;
      readonly untilMs: number;
    };

export type BindingEvent =
  /** A ping that binds: authentic, and newer than every other of its session. */
  | { readonly type: 'pinged'; readonly from: LaneAddress; readonly nowMs: number }
  | { readonly type: 'closed'; readonly stream: StreamLane };

export const UNBOUND: LaneBinding = { state: 'unbound' };

/** The binding after the event; the same object when nothing changes. */
export function transition(binding: LaneBinding, event: BindingEvent): LaneBinding {
  return event.type === 'pinged' ? pinged(binding, event.from, event.nowMs) : closed(binding, event.stream);
}

/** Whether voice from this address is the session's own. On the path of every packet: allocates nothing. */
export function acceptsVoice(binding: LaneBinding, from: LaneAddress, nowMs: number): boolean {
  if (binding.state === 'unbound') return false;
  if (binding.at === from) return true;
  return binding.handover?.from === from && nowMs < binding.handover.untilMs;
}

/** Where the session hears. */
export function boundTo(binding: LaneBinding): LaneAddress | undefined {
  return binding.state === 'unbound' ? undefined : binding.at;
}

function pinged(binding: LaneBinding, from: LaneAddress, nowMs: number): LaneBinding {
  if (binding.state === 'unbound') return { state: 'bound', at: from, handover: undefined };
  if (binding.at === from) return binding;
  if (isStream(binding.at) && !isStream(from) && !completesCheck(binding, from, nowMs)) {
    return {
      state: 'checking',
      at: binding.at,
      handover: binding.handover,
      path: from,
      untilMs: nowMs + PATH_CHECK_MS,
    };
  }
  return { state: 'bound', at: from, handover: { from: binding.at, untilMs: nowMs + LANE_HANDOVER_MS } };
}

function completesCheck(binding: LaneBinding, from: UdpAddress, nowMs: number): boolean {
  return binding.state === 'checking' && binding.path === from && nowMs < binding.untilMs;
}

function closed(binding: LaneBinding, stream: StreamLane): LaneBinding {
  if (binding.state === 'unbound') return binding;
  if (binding.at === stream) return UNBOUND;
  return binding.handover?.from === stream ? { ...binding, handover: undefined } : binding;
}
