import type { PlaybackFigures, PlaybackLead } from './playback-queue.ts';

/* What the page and the two worklets tell each other. Frames travel between worklet and worker alone. */

export const CAPTURE_PROCESSOR = 'switchboard-capture';
export const PLAYBACK_PROCESSOR = 'switchboard-playback';

/** `processorOptions` of the two. */
export interface CaptureOptions {
  readonly frameSamples: number;
  readonly buffers: number;
}

export interface PlaybackOptions {
  readonly frameSamples: number;
  readonly lead: PlaybackLead;
}

export type ToWorklet =
  /** The line to the engine's worker. */
  { readonly type: 'connect'; readonly engine: MessagePort } | { readonly type: 'close' };

/** From the playback worklet, whenever the figures change. */
export type FromPlaybackWorklet = PlaybackFigures;
