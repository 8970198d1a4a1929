import type { LaneKind } from '@switchboard/protocol';
import type { Lane, LaneEvents, LaneFactory } from '../../lanes/lane.ts';

/** A lane whose other end is the test. */
export class FakeLane implements Lane {
  readonly kind: LaneKind;
  readonly address: URL;
  readonly events: LaneEvents;
  readonly sent: Uint8Array[] = [];
  closed = false;

  constructor(kind: LaneKind, address: URL, events: LaneEvents) {
    this.kind = kind;
    this.address = address;
    this.events = events;
  }

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  close(): void {
    this.closed = true;
  }
}

export class FakeLanes implements LaneFactory {
  readonly kinds: readonly LaneKind[] = ['udp', 'websocket'];
  readonly opened: FakeLane[] = [];

  get latest(): FakeLane {
    const lane = this.opened.at(-1);
    if (lane === undefined) throw new Error('no lane was opened');
    return lane;
  }

  open(kind: LaneKind, address: URL, events: LaneEvents): Lane {
    const lane = new FakeLane(kind, address, events);
    this.opened.push(lane);
    return lane;
  }
}
