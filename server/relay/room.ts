import { Audience } from './audience.ts';
import { effectiveForwardLimit, LoudestSpeakers } from './loudest-speakers.ts';

/** The sessions of one channel: who hears whom, and how many are forwarded at a time. */
export class Room {
  readonly id: string;
  readonly audience = new Audience();
  readonly loudest: LoudestSpeakers;
  /** As the channel's setting: null for automatic, 0 for everyone. */
  forwardLimit: number | null;

  constructor(id: string, loudest: SharedArrayBuffer, forwardLimit: number | null) {
    this.id = id;
    this.loudest = new LoudestSpeakers(loudest);
    this.forwardLimit = forwardLimit;
  }

  /** Whether a speaker of this level, 0..127 = −dBov, is heard now. */
  forwards(token: number, level: number, nowMs: number): boolean {
    const limit = effectiveForwardLimit(this.forwardLimit, this.audience.listeners.length);
    return limit === Infinity || this.loudest.admits(token, level, limit, nowMs);
  }
}
