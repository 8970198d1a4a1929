import { SAMPLE_RATE_HZ } from '@switchboard/protocol';
import type { PlaybackLead } from './playback-queue.ts';

const samples = (ms: number): number => (SAMPLE_RATE_HZ * ms) / 1000;

/** 200 ms: a worker that stalls longer is not caught up with. */
export const CAPTURE_BUFFERS = 10;

/*
 * Measured in Chromium on a machine of two cores, callbacks of the device 10 ms apart. Gaps in one minute at a fixed lead,
 * beside some other work: 5 ms 106, 10 ms 12, 15 ms 8, 20 ms 4, 30 ms 1, 40 ms 0; that the page's own thread is busy for 60 of
 * every 100 ms makes no difference. With these numbers: on a quiet machine 1 gap in 150 s at a mean lead of 22 ms; with both
 * cores taken, 13 gaps in 80 s at 52 ms, against 30 gaps at 30 or 40 ms for good. Growing by half as much,
 * or giving back half as fast, leaves as many gaps and costs 3 to 14 ms more.
 */
export const PLAYBACK_LEAD: PlaybackLead = {
  startSamples: samples(30),
  minSamples: samples(15),
  maxSamples: samples(80),
  growSamples: samples(10),
  shrinkShare: 0.5,
  // One callback of the device.
  marginSamples: samples(10),
  windowSamples: samples(5_000),
};
