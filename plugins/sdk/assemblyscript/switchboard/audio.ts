import { fail, outputBytes, readInput, takeFailure } from './host';

/** Samples of a frame: 20 ms at 48 kHz. */
export const FRAME_SAMPLES: i32 = 960;
const FRAME_BYTES: i32 = FRAME_SAMPLES * 4;
const CALLS_BETWEEN_COLLECTIONS: i32 = 256;

const frame = new StaticArray<f32>(FRAME_SAMPLES);
let calls: i32 = 0;

function process(handler: (samples: StaticArray<f32>) => bool): i32 {
  const samples = changetype<usize>(frame);
  if (readInput(samples, FRAME_BYTES) != FRAME_BYTES) fail('The frame is not of 960 samples.');
  else if (handler(frame)) outputBytes(samples, FRAME_BYTES);
  // A handler that makes no objects leaves none; one that does is cleared up after now and then.
  if (++calls % CALLS_BETWEEN_COLLECTIONS == 0) __collect();
  return takeFailure() ? 1 : 0;
}

/** One's own voice, before it is sent. The handler changes the samples (−1 to 1) where they are, and returns whether it did. Make no objects in it. */
export function onAudioFrameCaptured(handler: (samples: StaticArray<f32>) => bool): i32 {
  return process(handler);
}

/** The voice of another, before it is heard; `speaker` says whose. */
export function onAudioFrameReceived(handler: (samples: StaticArray<f32>) => bool): i32 {
  return process(handler);
}
