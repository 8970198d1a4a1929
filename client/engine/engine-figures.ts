import type { LaneKind } from '@switchboard/protocol';
import type { PluginStats, VoiceStats } from './engine-messages.ts';
import { peakDbfs } from './level-meter.ts';
import type { VoiceRoom } from './voice-room.ts';

/** What happened since the last figures were told. */
export class EngineFigures {
  #peak = 0;
  #frames = 0;
  #costMs = 0;
  #sent = 0;
  #arrived = 0;

  /** A frame of the microphone. */
  captured(peak: number): void {
    this.#peak = Math.max(this.#peak, peak);
  }

  rendered(): void {
    this.#frames++;
  }

  cost(ms: number): void {
    this.#costMs += ms;
  }

  sent(): void {
    this.#sent++;
  }

  arrived(): void {
    this.#arrived++;
  }

  reset(): void {
    this.#peak = 0;
    this.#frames = 0;
    this.#costMs = 0;
    this.#sent = 0;
    this.#arrived = 0;
  }

  /** Tells them, and begins anew. */
  take(room: VoiceRoom, lane: LaneKind | null, plugins: readonly PluginStats[]): VoiceStats {
    const stats: VoiceStats = {
      lane,
      roundTripMs: lane === null ? null : room.meter.roundTripMs(lane),
      lossUp: room.meter.loss.up,
      lossDown: room.meter.loss.down,
      inputLevelDbfs: peakDbfs(this.#peak),
      frameCostMs: this.#frames === 0 ? 0 : this.#costMs / this.#frames,
      packetsSent: this.#sent,
      packetsReceived: this.#arrived,
      speakers: [...room.downlink.speakers].map((speaker) => speaker.stats),
      plugins,
      dropped: room.downlink.dropped,
    };
    this.reset();
    return stats;
  }
}
