import { LANE_HANDOVER_MS, UDP_BINDING_TIMEOUT_MS } from '@switchboard/protocol';
import { isStream, sameAddress, type LaneAddress, type StreamLane } from './relay-lane.ts';

/*
 * Which address a session speaks from and hears at.
 *
 * - Pings bind, voice never does. A UDP address binds only by a ping that carries its cookie, which only who hears there has
 *   got (`path-cookie.ts`; as path validation in QUIC: RFC 9000, section 8.2). The caller has checked that.
 * - The newest ping wins. Relay threads tell one another of the pings they got, perhaps not in the order they were sent: one
 *   with a sequence not above that of the binding changes nothing, also after the binding has ended.
 * - A stream binds with its first message: if that is not a ping that binds, the relay closes the stream.
 *   A stream carries one session and a session one stream: the one before is closed.
 * - After the binding moved, voice from the address before is taken for LANE_HANDOVER_MS: it was on its way.
 * - A stream that closes leaves its session unbound, unless that has moved on. So does a UDP address that was not pinged from
 *   for UDP_BINDING_TIMEOUT_MS: nobody may be there any more. Voice goes nowhere until the next ping.
 */

/** The address that was bound before, and until when its voice is still taken. */
interface Handover {
  readonly from: LaneAddress;
  readonly untilMs: number;
}

export type LaneBinding =
  | {
      readonly state: 'unbound';
      /** Of the ping that bound last; −1 at first. */
      readonly sequence: number;
    }
  | {
      readonly state: 'bound';
      readonly at: LaneAddress;
      /** Of the newest ping from there. */
      readonly sequence: number;
      readonly pingedAtMs: number;
      readonly handover?: Handover;
    };

export type BindingEvent =
  /** An authentic ping that may bind: over a stream any, over UDP one with the right cookie. */
  | { readonly type: 'pinged'; readonly from: LaneAddress; readonly sequence: number; readonly nowMs: number }
  | { readonly type: 'closed'; readonly stream: StreamLane }
  /** Time has passed. */
  | { readonly type: 'expired'; readonly nowMs: number };

export const UNBOUND: LaneBinding = { state: 'unbound', sequence: -1 };

/** The binding after the event; the same object when nothing changes. */
export function transition(binding: LaneBinding, event: BindingEvent): LaneBinding {
  switch (event.type) {
    case 'pinged':
      return pinged(binding, event.from, event.sequence, event.nowMs);
    case 'closed':
      return closed(binding, event.stream);
    case 'expired':
      return expired(binding, event.nowMs);
  }
}

/** Whether voice from this address is the session's own. On the path of every packet: allocates nothing. */
export function acceptsVoice(binding: LaneBinding, from: LaneAddress, nowMs: number): boolean {
  if (binding.state === 'unbound') return false;
  if (sameAddress(binding.at, from)) return true;
  return binding.handover !== undefined && nowMs < binding.handover.untilMs && sameAddress(binding.handover.from, from);
}

/** Where the session hears. */
export function boundTo(binding: LaneBinding): LaneAddress | undefined {
  return binding.state === 'unbound' ? undefined : binding.at;
}

function pinged(binding: LaneBinding, from: LaneAddress, sequence: number, nowMs: number): LaneBinding {
  if (sequence <= binding.sequence) return binding;
  if (binding.state === 'bound' && sameAddress(binding.at, from)) return { ...binding, sequence, pingedAtMs: nowMs };
  // A socket may fill the same address anew for its next packet.
  const at = isStream(from) ? from : from.copy();
  if (binding.state === 'unbound') return { state: 'bound', at, sequence, pingedAtMs: nowMs };
  const handover = { from: binding.at, untilMs: nowMs + LANE_HANDOVER_MS };
  return { state: 'bound', at, sequence, pingedAtMs: nowMs, handover };
}

function closed(binding: LaneBinding, stream: StreamLane): LaneBinding {
  if (binding.state === 'unbound') return binding;
  if (binding.at === stream) return unbound(binding);
  if (binding.handover?.from !== stream) return binding;
  const { handover: _, ...rest } = binding;
  return rest;
}

function expired(binding: LaneBinding, nowMs: number): LaneBinding {
  if (binding.state === 'unbound' || isStream(binding.at)) return binding;
  return nowMs - binding.pingedAtMs > UDP_BINDING_TIMEOUT_MS ? unbound(binding) : binding;
}

function unbound({ sequence }: LaneBinding): LaneBinding {
  return { state: 'unbound', sequence };
}
