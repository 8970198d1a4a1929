import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { HOP_TAG_BYTES } from '@switchboard/protocol';
import { Audience } from './audience.ts';
import { Datagram } from './datagram.ts';
import { FanOut } from './fan-out.ts';
import { transition, UNBOUND } from './lane-binding.ts';
import { LoudestSpeakers } from './loudest-speakers.ts';
import type { LaneAddress } from './relay-lane.ts';
import type { DropReason } from './relay-messages.ts';
import { NewestSequences } from './newest-sequences.ts';
import { Room } from './room.ts';
import { addressOf, RecordingSender, RecordingStream, type Sent } from './testing/core-harness.ts';
import { relaySession } from './testing/packets.ts';
import { TrafficCounts } from './traffic-counts.ts';
import { VoiceSession } from './voice-session.ts';

const MAX_TRAIN = 4;
const LENGTH = 10;

describe('FanOut', () => {
  let sent: Sent[];
  let udp: RecordingSender;
  let drops: DropReason[];
  let sut: FanOut;
  let room: Room;
  let next: number;

  beforeEach(() => {
    sent = [];
    udp = new RecordingSender(sent, MAX_TRAIN);
    drops = [];
    sut = new FanOut(udp, (reason) => drops.push(reason));
    room = new Room('lobby', LoudestSpeakers.allocate(), 0);
    next = 0;
  });

  /** In the room, and bound. */
  function member(at: LaneAddress | undefined = addressOf(++next), inRoom = room): VoiceSession {
    const shared = {
      counts: TrafficCounts.allocate(1),
      newest: NewestSequences.allocate(1),
      loudest: LoudestSpeakers.allocate(),
    };
    const session = new VoiceSession(relaySession(next), inRoom, shared, 0, 0);
    session.binding = transition(UNBOUND, { type: 'pinged', from: at, sequence: 0, nowMs: 0 });
    inRoom.audience.add(session);
    return session;
  }

  /** A packet that is `mark` throughout: its hop tag too, which nobody may get. */
  const packet = (mark: number, length = LENGTH): Datagram =>
    new Datagram(new Uint8Array(length + HOP_TAG_BYTES).fill(mark));
  const say = (speaker: VoiceSession, mark: number, length?: number): void =>
    sut.queue(packet(mark, length), speaker, speaker.room.audience);

  /** The marks that came to a listener, in order. */
  const heardAt = (at: LaneAddress): number[] =>
    sent
      .filter(({ to }) => to === at || (to.kind === 'udp' && at.kind === 'udp' && to.equals(at)))
      .map(({ bytes }) => bytes[0]!);

  it('sends nothing before flush, and each packet once', () => {
    const [ann] = [member(), member()];
    say(ann, 1);
    expect(sent).toEqual([]);
    sut.flush();
    expect(sent).toEqual([{ to: addressOf(2), bytes: new Uint8Array(LENGTH).fill(1) }]);
    sut.flush();
    expect(sent).toHaveLength(1);
    expect(sut.sent).toBe(1);
  });

  it('sends what several say to a listener as one train', () => {
    const [ann, ben, cat, dan] = [member(), member(), member(), member()];
    for (const [index, speaker] of [ann, ben, cat].entries()) say(speaker, index + 1);
    sut.flush();
    expect(heardAt(addressOf(4))).toEqual([1, 2, 3]);
    expect(udp.trainLengths).toEqual([3, 2, 2, 2]);
    expect([ann, ben, cat, dan].map(({ counts }) => counts.sent)).toEqual([2, 2, 2, 3]);
    expect(sut.sent).toBe(9);
  });

  it('leaves out what a listener said itself, however much', () => {
    const [ann, ben] = [member(), member()];
    member();
    say(ann, 1);
    say(ben, 2);
    say(ann, 3);
    sut.flush();
    expect([1, 2, 3].map((nth) => heardAt(addressOf(nth)))).toEqual([[2], [1, 3], [1, 2, 3]]);
  });

  it('sends nothing to one who speaks alone, however much', () => {
    const ann = member();
    say(ann, 1);
    say(ann, 2);
    sut.flush();
    expect([sent, sut.sent]).toEqual([[], 0]);
  });

  it('makes a new train where the length changes, in order', () => {
    const [ann, ben] = [member(), member()];
    member();
    for (const [mark, length] of [10, 10, 20, 10].entries()) say(mark % 2 === 0 ? ann : ben, mark, length);
    sut.flush();
    expect(heardAt(addressOf(3))).toEqual([0, 1, 2, 3]);
    expect(sent.filter(({ to }) => addressOf(3).equals(to as never)).map(({ bytes }) => bytes.length)).toEqual([
      10, 10, 20, 10,
    ]);
    expect(heardAt(addressOf(1))).toEqual([1, 3]);
    expect(heardAt(addressOf(2))).toEqual([0, 2]);
  });

  it('makes no train longer than the socket takes', () => {
    const ann = member();
    member();
    for (let mark = 0; mark < 2 * MAX_TRAIN + 1; mark++) say(ann, mark);
    sut.flush();
    expect(heardAt(addressOf(2))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(udp.trainLengths).toEqual([MAX_TRAIN, MAX_TRAIN, 1]);
  });

  it('keeps rooms apart in one batch', () => {
    const ann = member();
    member();
    const other = new Room('pairing', LoudestSpeakers.allocate(), 0);
    const cat = member(addressOf(++next), other);
    member(addressOf(++next), other);
    say(ann, 1);
    say(cat, 2);
    say(ann, 3);
    sut.flush();
    expect([1, 2, 3, 4].map((nth) => heardAt(addressOf(nth)))).toEqual([[], [1, 3], [], [2]]);
  });

  it('passes by who is deafened or has no lane, also among the speakers', () => {
    const [ann, ben, cat, dan] = [member(), member(), member(), member()];
    ann.hears = false;
    ben.binding = UNBOUND;
    cat.hears = false;
    dan.binding = UNBOUND;
    say(ann, 1);
    say(ben, 2);
    sut.flush();
    expect([sent, sut.sent]).toEqual([[], 0]);
  });

  it('gives streams one copy of each packet, the same object to all', () => {
    const streams = [0, 1, 2].map(() => new RecordingStream(sent));
    const ann = member();
    const ben = member();
    for (const stream of streams) member(stream);
    const original = packet(1);
    sut.queue(original, ann, room.audience);
    say(ben, 2);
    sut.flush();
    const copies = streams.map((stream) => sent.filter(({ to }) => to === stream).map(({ bytes }) => bytes));
    expect(copies[0]).toEqual([new Uint8Array(LENGTH).fill(1), new Uint8Array(LENGTH).fill(2)]);
    for (const others of copies.slice(1)) {
      expect(others[0]).toBe(copies[0]![0]);
      expect(others[1]).toBe(copies[0]![1]);
    }
    original.bytes.fill(9);
    expect(copies[0]![0]).toEqual(new Uint8Array(LENGTH).fill(1));
  });

  it('gives a speaker on a stream what the others say', () => {
    const stream = new RecordingStream(sent);
    const [ann, ben] = [member(stream), member()];
    say(ann, 1);
    say(ben, 2);
    say(ann, 3);
    sut.flush();
    expect(heardAt(stream)).toEqual([2]);
    expect(heardAt(addressOf(1))).toEqual([1, 3]);
  });

  it('counts as dropped what a stream refuses, not as sent', () => {
    const stream = new RecordingStream(sent);
    const ann = member();
    const slow = member(stream);
    stream.refusal = 'receiver_slow';
    say(ann, 1);
    say(ann, 2);
    sut.flush();
    expect(drops).toEqual(['receiver_slow', 'receiver_slow']);
    expect([slow.counts.sent, sut.sent]).toEqual([0, 0]);
  });

  describe('whispers in the batch', () => {
    let ann: VoiceSession;
    let ben: VoiceSession;
    let whisper: Audience;

    beforeEach(() => {
      ann = member();
      ben = member();
      member();
      whisper = new Audience();
      whisper.add(ben);
    });

    it('go to their listeners alone', () => {
      sut.queue(packet(1), ann, whisper);
      sut.queue(packet(2), ann, whisper);
      sut.flush();
      expect([1, 2, 3].map((nth) => heardAt(addressOf(nth)))).toEqual([[], [1, 2], []]);
    });

    it('let who whispers hear the room', () => {
      sut.queue(packet(1), ann, whisper);
      say(ben, 2);
      say(ben, 3);
      sut.flush();
      expect([1, 2, 3].map((nth) => heardAt(addressOf(nth)))).toEqual([[2, 3], [1], [2, 3]]);
    });

    it.each([
      ['before', true],
      ['after', false],
    ])('reach a listener who spoke to the room %s', (_, roomFirst) => {
      if (roomFirst) say(ben, 2);
      sut.queue(packet(1), ann, whisper);
      if (!roomFirst) say(ben, 2);
      sut.flush();
      expect([1, 2, 3].map((nth) => heardAt(addressOf(nth)))).toEqual([[2], [1], [2]]);
    });

    it('and the room are both heard by who speaks to both', () => {
      sut.queue(packet(1), ann, whisper);
      say(ann, 2);
      say(ben, 3);
      sut.flush();
      expect([1, 2, 3].map((nth) => heardAt(addressOf(nth)))).toEqual([[3], [1, 2], [2, 3]]);
    });
  });

  it('gives everyone in the room all that the others said, in the order said, whatever the batch', () => {
    const said = fc.record({ speaker: fc.nat({ max: 3 }), length: fc.constantFrom(10, 10, 10, 20) });
    fc.assert(
      fc.property(fc.array(said, { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), (batch, maxTrain) => {
        sent = [];
        udp = new RecordingSender(sent, maxTrain);
        sut = new FanOut(udp, (reason) => drops.push(reason));
        room = new Room('lobby', LoudestSpeakers.allocate(), 0);
        next = 0;
        const members = [member(), member(), member(), member()];
        for (const [mark, { speaker, length }] of batch.entries()) say(members[speaker]!, mark, length);
        sut.flush();
        for (const listener of members.keys()) {
          const others = [...batch.keys()].filter((mark) => batch[mark]!.speaker !== listener);
          expect(heardAt(addressOf(listener + 1))).toEqual(others);
        }
      }),
    );
  });
});
