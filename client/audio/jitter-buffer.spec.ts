import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from './frame.ts';
import {
  DEFAULT_JITTER_BUFFER,
  JitterBuffer,
  type InsertResult,
  type JitterPacket,
  type PullResult,
} from './jitter-buffer.ts';
import { seeded } from './testing/sounds.ts';

/** The payload names the packet, so that what is pulled can be told. */
function packet(sequence: number, { end = false, pauseFrames = 0, timestampSamples = NaN } = {}): JitterPacket {
  return {
    sequence,
    timestampSamples: Number.isNaN(timestampSamples)
      ? ((sequence + pauseFrames) * FRAME_SAMPLES) >>> 0
      : timestampSamples,
    end,
    payload: Uint8Array.of(sequence & 0xff),
  };
}

function shown(pulled: PullResult): string {
  switch (pulled.kind) {
    case 'frame':
      return `${pulled.payload[0]!}${pulled.end ? 'E' : ''}`;
    case 'recover':
      return `<${pulled.next[0]!}`;
    case 'conceal':
      return '~';
    case 'idle':
      return '.';
  }
}

/**
 * Replays arrivals and ticks. `7` inserts packet 7, `7E` the last of its spurt, `7+10` one whose timestamp shows a pause of
 * 10 frames before it, `|` pulls. Returned is what was pulled: `7` a frame, `7E` the last of its spurt, `<8` to be
 * recovered from packet 8, `~` concealed, `.` nothing.
 */
function replay(script: string, sut = new JitterBuffer()): string {
  const pulled: string[] = [];
  for (const token of script.split(/\s+/)) {
    if (token === '|') {
      pulled.push(shown(sut.pull()));
    } else {
      const [, sequence, end, pause] = /^(\d+)(E?)(?:\+(\d+))?$/.exec(token)!;
      sut.insert(packet(Number(sequence), { end: end === 'E', pauseFrames: Number(pause ?? 0) }));
    }
  }
  return pulled.join(' ');
}

describe('JitterBuffer', () => {
  describe('at the start of a talk spurt', () => {
    it('waits until 40 ms are there', () => {
      expect(replay('| 1 | 2 | 3 |')).toBe('. . 1 2');
    });

    it('starts at once on the burst of two that a talk spurt begins with', () => {
      expect(replay('1 2 | 3 | 4 |')).toBe('1 2 3');
    });

    it('starts at once if the spurt is all there', () => {
      expect(replay('1E | |')).toBe('1E .');
    });

    it('starts after 40 ms if no other packet comes', () => {
      expect(replay('1 | | |')).toBe('. . 1');
    });

    it('brings packets that came in the wrong order back into theirs', () => {
      expect(replay('2 1 | 4 | 3 | |')).toBe('1 2 3 4');
    });
  });

  describe('at the end of a talk spurt', () => {
    it('stops without concealment', () => {
      expect(replay('1 2E | | | |')).toBe('1 2E . .');
    });

    it('waits for 40 ms again before the next', () => {
      expect(replay('1 2E | | 3+10 | 4+10 | 5+10 |')).toBe('1 2E . 3 4');
    });

    it('begins the next at once if it is there already', () => {
      expect(replay('1 2E 3+5 4+5 | | | |')).toBe('1 2E 3 4');
    });

    it('takes a pause in the timestamps for the boundary that nobody marked', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 3+10 | | | 4+10 | |', sut)).toBe('1 2 . 3 4');
      expect(sut.figures).toMatchObject({ lost: 0, concealed: 0 });
    });

    it('conceals a little where END was lost, and neither recovers nor counts the pause as loss', () => {
      const sut = new JitterBuffer();
      // 3 was the END.
      expect(replay('1 2 | | | | 4+10 | 5+10 | |', sut)).toBe('1 2 ~ ~ . 4 5');
      expect(sut.figures).toMatchObject({ lost: 0, recovered: 0, concealed: 2 });
    });
  });

  describe('when a packet is lost', () => {
    it('has it recovered from the next', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 | 4 | | | 5 |', sut)).toBe('1 2 <4 4 5');
      expect(sut.figures).toMatchObject({ played: 4, lost: 1, recovered: 1, concealed: 0 });
    });

    it('conceals all but the last of several', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 | 6 | | | | |', sut)).toBe('1 2 ~ ~ <6 6');
      expect(sut.figures).toMatchObject({ lost: 3, recovered: 1, concealed: 2 });
    });

    it('does not take longer over it when the next came too late to recover from', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 | | | 4 | 5 |', sut)).toBe('1 2 ~ 4 5');
      expect(sut.figures).toMatchObject({ lost: 1, recovered: 0, concealed: 1 });
    });

    it('counts concealment that ran ahead against a gap that turns out longer', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 | | | 6 | | |', sut)).toBe('1 2 ~ ~ <6 6');
      expect(sut.figures).toMatchObject({ lost: 3, recovered: 1, concealed: 2 });
    });

    it('refuses it when it comes after all', () => {
      const sut = new JitterBuffer();
      replay('1 2 | 4 | |', sut);
      expect(sut.insert(packet(3))).toBe('late');
      expect(shown(sut.pull())).toBe('4');
    });

    it('anchors anew behind more than can be concealed', () => {
      expect(replay('1 2 | | 20 | 21 | |')).toBe('1 2 . 20 21');
    });
  });

  describe('when the network stalls', () => {
    it('conceals, and plays what then comes: nothing is lost but time', () => {
      const sut = new JitterBuffer();
      expect(replay('1 2 | | | | 3 4 5 | 6 | 7 |', sut)).toBe('1 2 ~ ~ 3 4 5');
      expect(sut.figures).toMatchObject({ lost: 0, late: 0, concealed: 2, depthFrames: 2 });
    });

    it('gives up after 100 ms, and anchors anew', () => {
      expect(replay('1 2 | | | | | | | | | 3 | 4 | |')).toBe('1 2 ~ ~ ~ ~ ~ . . . 3 4');
    });

    it('has made good the delay by the next talk spurt', () => {
      const sut = new JitterBuffer();
      replay('1 2 | | | | | 3 4 5 6 7E | | | | |', sut);
      expect(replay('| | 8+10 | 9+10 | 10+10 |', sut)).toBe('. . . 8 9');
      expect(sut.figures.depthFrames).toBe(1);
    });
  });

  describe('what it refuses', () => {
    it('is what it holds already, or has played', () => {
      const sut = new JitterBuffer();
      const results = [1, 2, 2].map((sequence) => sut.insert(packet(sequence)));
      sut.pull();
      expect([...results, sut.insert(packet(1))]).toEqual(['queued', 'queued', 'duplicate', 'duplicate']);
      expect(sut.figures).toMatchObject({ received: 4, duplicate: 2 });
    });

    it('is an old packet after its spurt: a replayed one starts no sound', () => {
      const sut = new JitterBuffer();
      replay('100 101E | |', sut);
      expect([sut.insert(packet(99)), sut.insert(packet(1, { end: true }))]).toEqual(['late', 'late']);
      expect(shown(sut.pull())).toBe('.');
    });
  });

  describe('when more comes than it may hold', () => {
    it('drops the oldest and says so', () => {
      const sut = new JitterBuffer({ ...DEFAULT_JITTER_BUFFER, maxDepthFrames: 3 });
      const results = [1, 2, 3, 4].map((sequence) => sut.insert(packet(sequence)));
      expect(results).toEqual(['queued', 'queued', 'queued', 'overflow']);
      expect(replay('| | |', sut)).toBe('2 3 4');
      expect(sut.figures).toMatchObject({ overflow: 1, lost: 0 });
    });

    it('drops what has just come if that is the oldest', () => {
      const sut = new JitterBuffer({ ...DEFAULT_JITTER_BUFFER, maxDepthFrames: 2 });
      [5, 6].forEach((sequence) => sut.insert(packet(sequence)));
      expect(sut.insert(packet(4))).toBe('overflow');
      expect(replay('| |', sut)).toBe('5 6');
    });

    it('plays on without concealing what it dropped itself', () => {
      const sut = new JitterBuffer({ ...DEFAULT_JITTER_BUFFER, maxDepthFrames: 3 });
      expect(replay('1 2 | 3 4 5 6 | | | |', sut)).toBe('1 4 5 6 ~');
      expect(sut.figures).toMatchObject({ overflow: 2, lost: 0 });
    });

    it('still recovers what is lost right behind it', () => {
      const sut = new JitterBuffer({ ...DEFAULT_JITTER_BUFFER, maxDepthFrames: 3 });
      expect(replay('1 2 | 4 5 6 | | | |', sut)).toBe('1 <4 4 5 6');
      expect(sut.figures).toMatchObject({ overflow: 1, lost: 1, recovered: 1 });
    });

    it('forgets a talk spurt whose END it dropped', () => {
      const sut = new JitterBuffer({ ...DEFAULT_JITTER_BUFFER, maxDepthFrames: 2 });
      expect(replay('1 2E | 3+9 4+9 | | |', sut)).toBe('1 3 4 ~');
    });
  });

  it('plays across the wrap of the timestamp', () => {
    const sut = new JitterBuffer();
    const start = 2 ** 32 - 2 * FRAME_SAMPLES;
    [0, 1, 3].forEach((i) => sut.insert(packet(i, { timestampSamples: (start + i * FRAME_SAMPLES) >>> 0 })));
    expect(replay('| | | |', sut)).toBe('0 1 <3 3');
  });

  it('takes sequences up to 48 bits', () => {
    const sut = new JitterBuffer();
    const last = 2 ** 48 - 1;
    sut.insert(packet(last - 1, { timestampSamples: 0 }));
    sut.insert(packet(last, { timestampSamples: FRAME_SAMPLES, end: true }));
    expect(replay('| | |', sut)).toBe('254 255E .');
  });

  it('does not let a talker who skips ahead make it wait or overflow', () => {
    const sut = new JitterBuffer();
    sut.insert(packet(1));
    sut.insert(packet(2 ** 47, { timestampSamples: 5 }));
    expect(replay('| | | | | |', sut)).toBe('1 . . 0 ~ ~');
  });
});

/* What a network does to a talker: arrivals by tick, out of a seed. */

interface Arrival {
  readonly atMs: number;
  readonly packet: JitterPacket;
}

/** Talk spurts of 25 frames with pauses of 20, delayed by 20 ms and up to `jitterMs` more, a share lost. */
function recording(seed: number, spurts: number, jitterMs: number, loss: number): Arrival[] {
  const random = seeded(seed);
  return Array.from({ length: spurts * 25 }, (_, sequence) => {
    const spurt = Math.floor(sequence / 25);
    const clock = sequence + spurt * 20;
    const atMs = clock * 20 + 20 + random() ** 3 * jitterMs;
    return {
      atMs,
      lost: random() < loss,
      packet: packet(sequence, { end: sequence % 25 === 24, pauseFrames: spurt * 20 }),
    };
  })
    .filter(({ lost }) => !lost)
    .sort((a, b) => a.atMs - b.atMs);
}

/** Ticks every 20 ms from 7 ms on, until a second after the last arrival. */
function play(arrivals: readonly Arrival[], sut: JitterBuffer): string[] {
  const pulled: string[] = [];
  let next = 0;
  for (let nowMs = 7; nowMs < (arrivals.at(-1)?.atMs ?? 0) + 1000; nowMs += 20) {
    for (; (arrivals[next]?.atMs ?? Infinity) <= nowMs; next++) sut.insert(arrivals[next]!.packet);
    pulled.push(shown(sut.pull()));
  }
  return pulled;
}

describe('JitterBuffer on a network', () => {
  it('replays a recording bit for bit', () => {
    const sut = new JitterBuffer();
    const pulled = play(recording(42, 2, 60, 0.1), sut).join(' ');
    expect(pulled).toMatchInlineSnapshot(
      `". . . 0 1 2 3 4 5 6 7 8 9 ~ ~ <13 13 <15 15 16 17 <19 19 20 21 22 23 24E . . . . . . . . . . . . . . . . . . . . 25 26 ~ ~ 28 29 <31 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49E . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . ."`,
    );
    expect(sut.figures).toMatchInlineSnapshot(`
      {
        "concealed": 4,
        "depthFrames": 0,
        "duplicate": 0,
        "late": 0,
        "lost": 7,
        "overflow": 0,
        "played": 43,
        "received": 43,
        "recovered": 4,
      }
    `);
    expect(play(recording(42, 2, 60, 0.1), new JitterBuffer()).join(' ')).toBe(pulled);
  });

  it('plays everything, from when 40 ms are there, if nothing is lost or delayed', () => {
    const sut = new JitterBuffer();
    const pulled = play(recording(1, 20, 0, 0), sut);
    expect(pulled.filter((shown) => /^\d/.test(shown))).toHaveLength(500);
    expect(sut.figures).toMatchObject({ played: 500, concealed: 0, lost: 0, late: 0, overflow: 0 });
    // Frame 0 came at 20 ms, frame 1 at 40 ms, and the next tick is at 47 ms.
    expect(pulled.indexOf('0')).toBe(2);
  });

  it('recovers most of what 10 % loss takes', () => {
    const sut = new JitterBuffer();
    play(recording(3, 40, 10, 0.1), sut);
    const { lost, recovered, played, received } = sut.figures;
    expect(played).toBe(received);
    expect(lost).toBeGreaterThan(60);
    expect(recovered / lost).toBeGreaterThan(0.8);
  });

  it('lets no delay build up over many talk spurts of a bad network', () => {
    const sut = new JitterBuffer();
    const arrivals = recording(4, 100, 120, 0.05);
    const pulled = play(arrivals, sut);
    const last = pulled.findLastIndex((shown) => /^\d/.test(shown));
    const lastArrival = arrivals.at(-1)!.atMs;
    expect(last * 20 + 7 - lastArrival).toBeLessThanOrEqual(DEFAULT_JITTER_BUFFER.maxDepthFrames * 20);
    expect(sut.figures.depthFrames).toBe(0);
  });

  const hostile = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant('pull' as const) },
      {
        weight: 4,
        arbitrary: fc.record({
          sequence: fc.oneof(fc.nat(40), fc.maxSafeNat()),
          timestampSamples: fc.oneof(
            fc.nat(40).map((n) => n * FRAME_SAMPLES),
            fc.nat(0xffff_ffff),
          ),
          end: fc.boolean(),
        }),
      },
    ),
    { maxLength: 300 },
  );

  it('plays no sequence twice, always in ascending order, holds no more than it may and accounts for all of it', () => {
    fc.assert(
      fc.property(hostile, (steps) => {
        const sut = new JitterBuffer();
        const played: number[] = [];
        const results: InsertResult[] = [];
        for (const step of steps) {
          if (step === 'pull') {
            const pulled = sut.pull();
            if (pulled.kind === 'frame') played.push(Number(new TextDecoder().decode(pulled.payload)));
          } else {
            results.push(sut.insert({ ...step, payload: new TextEncoder().encode(String(step.sequence)) }));
          }
          expect(sut.figures.depthFrames).toBeLessThanOrEqual(DEFAULT_JITTER_BUFFER.maxDepthFrames);
        }
        expect(played.every((sequence, i) => i === 0 || sequence > played[i - 1]!)).toBe(true);
        const { received, duplicate, late, overflow, depthFrames } = sut.figures;
        expect(received).toBe(results.length);
        expect(received).toBe(played.length + duplicate + late + overflow + depthFrames);
      }),
      { numRuns: 500 },
    );
  });

  it('plays every packet once under any order of arrival within its depth', () => {
    const orders = fc.shuffledSubarray(
      Array.from({ length: 10 }, (_, i) => i),
      { minLength: 10 },
    );
    fc.assert(
      fc.property(orders, (order) => {
        const sut = new JitterBuffer();
        order.forEach((sequence) => sut.insert(packet(sequence, { end: sequence === 9 })));
        expect(replay(Array.from({ length: 11 }, () => '|').join(' '), sut)).toBe('0 1 2 3 4 5 6 7 8 9E .');
      }),
    );
  });

  it('never conceals more than 100 ms in a row', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(200), fc.double({ min: 0, max: 0.9, noNaN: true }), (seed, jitterMs, loss) => {
        const pulled = play(recording(seed, 4, jitterMs, loss), new JitterBuffer()).join(' ');
        expect(pulled).not.toMatch(/(~ ){6}/);
      }),
    );
  });
});
