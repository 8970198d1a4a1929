import { FRAME_SAMPLES } from '@switchboard/protocol';
import { sanitizeSamples } from '../audio/frame.ts';
import type { FrameAnswer, FrameQuestion } from './sandbox-messages.ts';

/** The audio of one plugin, as the engine sees it: straight to the plugin's thread, past all other messages. */
export interface FrameLine {
  /** Takes the samples along: they come back with the answer. */
  post(question: FrameQuestion): void;
  /** Replaces the listener. Answers come in the order of the questions, checked; none for what the thread did not answer well. */
  onAnswer(listener: (answer: FrameAnswer) => void): void;
  /** Nothing is heard of it afterwards. */
  close(): void;
}

/** One end of a channel between threads. */
export interface FramePort {
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  listen(listener: (message: unknown) => void): void;
  close(): void;
}

/** Answers without a question after which a thread is heard no more: each takes time of the engine's. */
const MAX_UNASKED = 8;

/** A line over a channel whose other end is a plugin's thread. */
export class PortFrameLine implements FrameLine {
  readonly #port: FramePort;
  readonly #flooded: () => void;
  /** Questions that nothing has come back for. */
  #open = 0;
  #unasked = 0;
  #closed = false;
  #listener: ((answer: FrameAnswer) => void) | undefined;

  /** @param flooded the thread went on answering what it was not asked, and the line is closed; told once */
  constructor(port: FramePort, flooded: () => void) {
    this.#port = port;
    this.#flooded = flooded;
    port.listen((message) => this.#hear(message));
  }

  post(question: FrameQuestion): void {
    this.#open++;
    this.#port.post(question, [question.samples.buffer]);
  }

  onAnswer(listener: (answer: FrameAnswer) => void): void {
    this.#listener = listener;
  }

  close(): void {
    this.#closed = true;
    this.#listener = undefined;
    this.#port.close();
  }

  #hear(message: unknown): void {
    if (this.#closed) return;
    if (this.#open > 0) this.#open--;
    else if (++this.#unasked > MAX_UNASKED) {
      this.close();
      this.#flooded();
      return;
    }
    const answer = checkedAnswer(message);
    if (answer !== undefined) this.#listener?.(answer);
  }
}

/** What a thread answered, if it is an answer. By hand: it runs for each frame. */
function checkedAnswer(message: unknown): FrameAnswer | undefined {
  if (!isObject(message)) return undefined;
  const { sequence, samples, costUs, failed } = message;
  if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence) || typeof failed !== 'boolean') return undefined;
  // Shared memory could change after this look at it, and only a whole buffer can be sent on.
  if (!(samples instanceof Float32Array) || !hasOwnBuffer(samples) || samples.length !== FRAME_SAMPLES)
    return undefined;
  sanitizeSamples(samples);
  return { sequence, samples, costUs: checkedCost(costUs), failed };
}

function hasOwnBuffer(samples: Float32Array): samples is Float32Array<ArrayBuffer> {
  return samples.buffer instanceof ArrayBuffer && samples.byteLength === samples.buffer.byteLength;
}

/** In µs; 0 for what is none. */
export function checkedCost(costUs: unknown): number {
  return typeof costUs === 'number' && costUs >= 0 && costUs < Infinity ? costUs : 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
