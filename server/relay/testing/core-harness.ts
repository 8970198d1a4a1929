import type { LaneKind } from '@switchboard/protocol';
import { Datagram } from '../datagram.ts';
import { LoudestSpeakers } from '../loudest-speakers.ts';
import { NewestSequences } from '../newest-sequences.ts';
import { PathCookies } from '../path-cookie.ts';
import { RelayCore, type RelayListener } from '../relay-core.ts';
import { isStream, type LaneAddress, type StreamLane } from '../relay-lane.ts';
import type { DropReason, RelaySession, SharedState } from '../relay-messages.ts';
import { TrafficCounts } from '../traffic-counts.ts';
import { UdpAddress } from '../udp-address.ts';
import type { DatagramSender, Train } from '../voice-socket.ts';
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

/** A socket whose network is a list. It throws where a real one would send something else than was meant. */
export class RecordingSender implements DatagramSender {
  readonly maxTrain: number;
  readonly sent: Sent[];
  /** How many datagrams left together, for each sending. */
  readonly trainLengths: number[] = [];
  #train: Uint8Array[] = [];
  #trains = 0;

  constructor(sent: Sent[], maxTrain = 60) {
    this.sent = sent;
    this.maxTrain = maxTrain;
  }

  place(bytes: Uint8Array): Datagram {
    return new Datagram(bytes.slice());
  }

  train(datagrams: readonly Datagram[], length: number): Train {
    if (datagrams.length === 0 || datagrams.length > this.maxTrain) throw new RangeError('no such train');
    if (datagrams.some((datagram) => datagram.length < length)) throw new RangeError('more than the datagram has');
    this.#train = datagrams.map(({ bytes }) => bytes.slice(0, length));
    return ++this.#trains;
  }

  send(train: Train, to: UdpAddress): void {
    if (train !== this.#trains) throw new Error('the train is not valid any more');
    this.trainLengths.push(this.#train.length);
    for (const bytes of this.#train) this.sent.push({ to, bytes });
  }

  flush(): void {
    this.#train = [];
    this.#trains++;
  }
}

const COOKIE_SECRET = new Uint8Array(16).fill(7);

/** A core with its surroundings: a clock to turn, addresses to send from, and everything it did in order. */
export class CoreHarness implements RelayListener {
  readonly sent: Sent[] = [];
  readonly udp: RecordingSender;
  readonly cookies = new PathCookies(COOKIE_SECRET);
  readonly core: RelayCore;
  readonly speakingEvents: [token: number, speaking: boolean][] = [];
  readonly laneEvents: [token: number, lane: LaneKind | null][] = [];
  readonly boundEvents: [token: number, at: LaneAddress, sequence: number][] = [];
  readonly #loudest = new Map<string, SharedArrayBuffer>();
  nowMs = 1_000;

  constructor({ thread = 0, maxTrain }: { thread?: number; maxTrain?: number } = {}) {
    this.udp = new RecordingSender(this.sent, maxTrain);
    this.core = new RelayCore({ udp: this.udp, listener: this, cookies: this.cookies, thread });
  }

  speaking(token: number, speaking: boolean): void {
    this.speakingEvents.push([token, speaking]);
  }

  lane(token: number, lane: LaneKind | null): void {
    this.laneEvents.push([token, lane]);
  }

  bound(token: number, at: LaneAddress, sequence: number): void {
    this.boundEvents.push([token, at, sequence]);
  }

  stream(): RecordingStream {
    return new RecordingStream(this.sent);
  }

  open(session: RelaySession, shared: SharedState = this.shared(session.roomId)): void {
    this.core.open(session, shared, this.nowMs);
  }

  /** Memory as the application makes it: for each session some of its own, for each room some of its own. */
  shared(roomId: string): SharedState {
    const loudest = this.#loudest.get(roomId) ?? LoudestSpeakers.allocate();
    this.#loudest.set(roomId, loudest);
    return { counts: TrafficCounts.allocate(2), newest: NewestSequences.allocate(2), loudest };
  }

  /** One packet, and what follows from it. */
  receive(bytes: Uint8Array, from: LaneAddress): void {
    this.arrive(bytes, from);
    this.core.flush();
  }

  /** One packet of a batch: what follows waits for `core.flush()`. */
  arrive(bytes: Uint8Array, from: LaneAddress): void {
    this.core.receive(new Datagram(bytes.slice()), from, this.nowMs);
  }

  /** A ping that answers the challenge of this address. */
  ping(token: number, sequence: number, from: LaneAddress): void {
    const cookie = isStream(from) ? 0 : this.cookies.cookieFor(token, from);
    this.receive(pingPacket(token, sequence, { cookie }), from);
  }

  /** Opens a session and binds it to its address with ping 0. What that made the relay send is forgotten. */
  join(token: number, changes: Partial<RelaySession> = {}, at: LaneAddress = addressOf(token)): LaneAddress {
    this.open(relaySession(token, changes));
    this.ping(token, 0, at);
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
  return UdpAddress.from('192.0.2.1', 10_000 + token * 10 + nth);
}
