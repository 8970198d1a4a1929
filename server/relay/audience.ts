import type { Datagram } from './datagram.ts';
import type { LaneBinding } from './lane-binding.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** A session as far as it matters for what is sent to it. */
export interface Listener {
  readonly hears: boolean;
  readonly binding: LaneBinding;
  readonly counts: TrafficCounts;
  /** The train that the session last spoke in: see `FanOut`. */
  stamp: number;
}

/** Who hears a packet: everyone in a room, or those whom a whisper is for. And what waits to be sent to them. */
export class Audience {
  readonly listeners: Listener[] = [];
  /** The speaker of each packet. */
  readonly speakers: Listener[] = [];
  readonly packets: Datagram[] = [];

  add(listener: Listener): void {
    this.listeners.push(listener);
  }

  remove(listener: Listener): void {
    const at = this.listeners.indexOf(listener);
    if (at >= 0) this.listeners.splice(at, 1);
  }
}
