import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchPart, Run } from '../report.ts';
import { median } from '../statistics.ts';
import { accessLibc } from '../../server/relay/sockets/libc.ts';
import { itemAt } from './item-at.ts';
import { ClientSockets } from './load/client-sockets.ts';
import { PAYLOAD_BYTES, readPayload, writePayload } from './load/payload.ts';
import { seededRandom } from './load/seeded-random.ts';
import { isPong, readVoice, SwitchboardClient, tokenOf } from './load/switchboard-client.ts';
import { makeMembers } from './members.ts';
import { descriptorCount, residentBytes } from './process-figures.ts';
import { RelayChild } from './relay-child.ts';
import { slopeOf } from './slope.ts';
import { HOST } from './target.ts';

const MEMBERS = 200;
const ROOMS = 10;
/** Of each room, two, in turns. */
const TALKERS = 2;
const TURN_MS = 3_000;
const FRAME_MS = 20;
const PING_INTERVAL_MS = 5_000;
const JOINING_PING_INTERVAL_MS = 250;
/** Someone leaves, joins or moves: so often that a few hundred bytes left behind each time show within minutes. */
const MOVE_INTERVAL_MS = 20;
const SAMPLE_INTERVAL_MS = 5_000;
/** Every so-manieth packet that is heard is compared byte by byte. */
const CHECKED_EVERY = 97;

/** Sessions that come and go before anything is measured: after about so many the heaps of all threads have found their size. */
const WARM_UP_SESSIONS = 150_000;

/** Of what is resident: more growth than that, over the second half, is a leak. */
const MAX_GROWTH = 0.05;
/** Those of a report, or of a garbage collection. */
const MAX_MORE_DESCRIPTORS = 8;
/** Of what those say who know that they are bound, to others who know. A moment earlier they are, a moment later they leave. */
const MIN_HEARD = 0.95;
const MAX_HEARD = 1.05;

const MIB = 2 ** 20;

/** Where someone sits: the socket stays, the session changes. Nobody, for a while, after someone left. */
interface Seat {
  readonly number: number;
  client: SwitchboardClient | undefined;
  room: number;
  sequence: number;
  pingAtMs: number;
}

interface Sample {
  readonly minutes: number;
  readonly rssBytes: number;
  readonly descriptors: number;
  readonly sessions: number;
}

/** A relay with members who join, leave, move and talk for minutes, and what it holds of them meanwhile. */
export function soak(minutes: number): BenchPart {
  return {
    name: 'soak',
    async measure(log) {
      const access = accessLibc();
      if ('unavailable' in access) throw new Error(`The load needs batched system calls: ${access.unavailable}`);
      await using relay = await RelayChild.start('batched');
      using sockets = new ClientSockets(access.libc, MEMBERS, HOST, relay.port);
      await warmUp(relay);
      const people = new People(relay, sockets);
      const samples = await people.talkFor(minutes, log);
      await people.leave();
      const report = await relay.report();
      if (report.sessions !== 0) throw new Error(`${report.sessions} sessions are left of people who have gone`);
      const forged = report.dropped.wrong_hop_tag + report.dropped.too_short + report.dropped.too_long;
      if (forged > 0) throw new Error(`The relay dropped ${forged} packets as forged`);
      return {
        figures: { minutes, ...figuresOf(samples), ...people.figures() },
        runs: samples.map((sample): Run => ({ ...sample })),
      };
    },
  };
}

async function warmUp(relay: RelayChild): Promise<void> {
  for (let done = 0; done < WARM_UP_SESSIONS; done += MEMBERS) {
    const members = makeMembers(MEMBERS);
    await relay.open(members, `room-${done % ROOMS}`);
    await relay.close(members.map(({ token }) => token));
  }
}

function figuresOf(samples: readonly Sample[]): { rssMiB: number; rssSlopeKiBPerMinute: number; descriptors: number } {
  // The first half is for code that is compiled as it gets hot.
  const later = samples.slice(samples.length >> 1);
  const rssBytes = median(later.map((sample) => sample.rssBytes));
  const slope = slopeOf(later.map((sample) => [sample.minutes, sample.rssBytes]));
  const spanMinutes = (later.at(-1)?.minutes ?? 0) - (later[0]?.minutes ?? 0);
  if (slope * spanMinutes > rssBytes * MAX_GROWTH) {
    throw new Error(`The relay grows by ${(slope / MIB).toFixed(2)} MiB a minute`);
  }
  const descriptors = later.map((sample) => sample.descriptors);
  if (Math.max(...descriptors) - Math.min(...descriptors) > MAX_MORE_DESCRIPTORS) {
    throw new Error(`The relay's descriptors go from ${Math.min(...descriptors)} to ${Math.max(...descriptors)}`);
  }
  return { rssMiB: rssBytes / MIB, rssSlopeKiBPerMinute: slope / 1024, descriptors: median(descriptors) };
}

class People {
  readonly #relay: RelayChild;
  readonly #sockets: ClientSockets;
  readonly #random = seededRandom(1);
  readonly #payload = Buffer.alloc(PAYLOAD_BYTES);
  readonly #seats: Seat[] = Array.from({ length: MEMBERS }, (_, number) => ({
    number,
    client: undefined,
    room: 0,
    sequence: 0,
    pingAtMs: 0,
  }));
  #joins = 0;
  #leaves = 0;
  #moves = 0;
  #expected = 0;
  #heard = 0;
  #pongs = 0;

  constructor(relay: RelayChild, sockets: ClientSockets) {
    this.#relay = relay;
    this.#sockets = sockets;
  }

  async talkFor(minutes: number, log: (line: string) => void): Promise<Sample[]> {
    const samples: Sample[] = [];
    const startMs = performance.now();
    const endMs = startMs + minutes * 60_000;
    for (const seat of this.#seats) await this.#join(seat);
    let [moveAtMs, sampleAtMs, frameAtMs] = [startMs, startMs + SAMPLE_INTERVAL_MS, startMs];
    for (let nowMs = startMs; nowMs < endMs; nowMs = performance.now()) {
      this.#talk(nowMs - startMs);
      this.#ping(nowMs);
      this.#listen();
      if (nowMs >= moveAtMs) {
        moveAtMs += MOVE_INTERVAL_MS;
        await this.#move();
      }
      if (nowMs >= sampleAtMs) {
        sampleAtMs += SAMPLE_INTERVAL_MS;
        const sample = await this.#sample((nowMs - startMs) / 60_000);
        samples.push(sample);
        const { rssBytes, descriptors } = sample;
        log(`${(sample.minutes * 60).toFixed(0)} s: ${(rssBytes / MIB).toFixed(1)} MiB, ${descriptors} descriptors`);
      }
      // Whatever took longer, nobody talks faster afterwards.
      frameAtMs = Math.max(frameAtMs + FRAME_MS, performance.now());
      await sleep(Math.max(0, frameAtMs - performance.now()));
    }
    return samples;
  }

  async leave(): Promise<void> {
    for (const seat of this.#seats) await this.#leave(seat);
  }

  /** @throws Error if too little was heard. */
  figures(): { joins: number; leaves: number; moves: number; heard: number; heardShare: number } {
    const heardShare = this.#heard / this.#expected;
    if (!(heardShare >= MIN_HEARD && heardShare <= MAX_HEARD)) {
      throw new Error(`Of ${this.#expected} packets ${this.#heard} were heard`);
    }
    return { joins: this.#joins, leaves: this.#leaves, moves: this.#moves, heard: this.#heard, heardShare };
  }

  async #sample(minutes: number): Promise<Sample> {
    const { pid } = this.#relay;
    const { sessions } = await this.#relay.report();
    return { minutes, rssBytes: residentBytes(pid), descriptors: descriptorCount(pid), sessions };
  }

  /** For the relay a move is a session that ends and another that starts, as it is on the control lane. */
  async #move(): Promise<void> {
    const seat = itemAt(this.#seats, Math.floor(this.#random() * MEMBERS));
    if (seat.client === undefined) {
      await this.#join(seat);
    } else if (this.#random() < 0.5) {
      await this.#leave(seat);
    } else {
      await this.#leave(seat);
      await this.#join(seat);
      this.#moves++;
    }
  }

  async #join(seat: Seat): Promise<void> {
    const member = itemAt(makeMembers(1), 0);
    seat.room = Math.floor(this.#random() * ROOMS);
    await this.#relay.open([member], `room-${seat.room}`);
    seat.client = new SwitchboardClient(member);
    seat.sequence = 0;
    seat.pingAtMs = 0;
    this.#joins++;
  }

  async #leave(seat: Seat): Promise<void> {
    if (seat.client === undefined) return;
    const { token } = seat.client;
    seat.client = undefined;
    await this.#relay.close([token]);
    this.#leaves++;
  }

  #talk(elapsedMs: number): void {
    const turn = Math.floor(elapsedMs / TURN_MS);
    const present = this.#seats.filter(({ client }) => client?.bound);
    for (const seats of Map.groupBy(present, ({ room }) => room).values()) {
      const first = turn * TALKERS;
      const talkers = new Set([first, first + 1].map((at) => itemAt(seats, at % seats.length)));
      for (const talker of talkers) {
        this.#say(talker);
        this.#expected += seats.length - 1;
      }
    }
  }

  #say(seat: Seat): void {
    if (seat.client === undefined) return;
    const sequence = seat.sequence++;
    writePayload(this.#payload, seat.number, sequence, 0);
    this.#sockets.send(seat.number, seat.client.writeVoice(sequence, this.#payload, this.#sockets.outgoing));
  }

  #ping(nowMs: number): void {
    for (const seat of this.#seats) {
      if (seat.client === undefined || nowMs < seat.pingAtMs) continue;
      this.#sockets.send(seat.number, seat.client.writePing(this.#sockets.outgoing));
      seat.pingAtMs = nowMs + (seat.client.bound ? PING_INTERVAL_MS : JOINING_PING_INTERVAL_MS);
    }
  }

  #listen(): void {
    const before = this.#sockets.received;
    const pongsBefore = this.#pongs;
    this.#sockets.drain({ stride: () => 1, take: (number, packet, ordinal) => this.#take(number, packet, ordinal) });
    this.#heard += this.#sockets.received - before - (this.#pongs - pongsBefore);
  }

  #take(number: number, packet: Uint8Array, ordinal: number): void {
    if (isPong(packet)) {
      this.#pongs++;
      this.#takePong(itemAt(this.#seats, number), packet);
    } else if (ordinal % CHECKED_EVERY === 0) {
      const { token, payload } = readVoice(packet);
      const speaker = this.#seats.find(({ client }) => client?.token === token);
      // Else whoever said it has left since.
      if (speaker !== undefined) readPayload(payload, speaker.number);
    }
  }

  #takePong({ client }: Seat, packet: Uint8Array): void {
    // The answer to a ping of the session before.
    if (client?.token === tokenOf(packet)) client.takePong(packet);
  }
}
