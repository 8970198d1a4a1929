import type { BrowserContext, Page } from 'playwright-core';
import type { Take } from './takes.ts';

/** Where a `TestServer` serves the recorder: the page's policy allows scripts from there, and of no blob. */
export const RECORDER_FILE = 'recorder-of-the-test.js';
/** An AudioWorklet that hands on what it hears. */
export const RECORDER = `
registerProcessor('recorder', class extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage({ time: currentTime, samples: input[0].slice() });
    return true;
  }
});`;

interface TappedWindow {
  __heard?: undefined | { time: number; samples: Float32Array }[];
}

/**
 * Listens at the loudspeaker: whatever any page of this context connects to an AudioContext's destination is recorded
 * as well. The page itself is not changed, and its Content-Security-Policy holds: `serverUrl` is the `TestServer` that it
 * has its scripts of, by default its own.
 */
export async function ensureTapped(context: BrowserContext, serverUrl = ''): Promise<void> {
  await context.addInitScript((recorderUrl: string) => {
    const tapped = window as TappedWindow;

    const connect = AudioNode.prototype.connect as (this: AudioNode, ...args: unknown[]) => AudioNode;
    const recorders = new WeakMap<BaseAudioContext, Promise<AudioWorkletNode>>();
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      const [destination] = args;
      if (destination instanceof AudioDestinationNode) {
        const audioContext = this.context;
        let recorder = recorders.get(audioContext);
        if (recorder === undefined) {
          recorder = audioContext.audioWorklet.addModule(recorderUrl).then(() => {
            const node = new AudioWorkletNode(audioContext, 'recorder', { numberOfOutputs: 0 });
            node.port.onmessage = ({ data }: MessageEvent<{ time: number; samples: Float32Array }>) => {
              tapped.__heard?.push(data);
            };
            return node;
          });
          recorders.set(audioContext, recorder);
        }
        void recorder.then((node) => connect.call(this, node));
      }
      return connect.apply(this, args);
    };
  }, `${serverUrl}/${RECORDER_FILE}`);
}

/** Records for `seconds` of the page's own audio clock, which falls behind where the machine cannot keep up. */
export async function recordPage(page: Page, seconds: number): Promise<Omit<Take, 'figures'>> {
  const { base64, stalledMs } = await page.evaluate(async (wanted: number) => {
    const tapped = window as TappedWindow;
    const heard: { time: number; samples: Float32Array }[] = [];
    tapped.__heard = heard;
    const length = () => heard.reduce((sum, { samples }) => sum + samples.length, 0);
    const startedAtMs = performance.now();
    while (length() < wanted * 48_000) await new Promise((resolve) => setTimeout(resolve, 50));
    const stalledMs = performance.now() - startedAtMs - length() / 48;
    tapped.__heard = undefined;
    const pcm = new Int16Array(length());
    let offset = 0;
    for (const { samples } of heard) {
      for (const sample of samples) pcm[offset++] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    }
    const bytes = new Uint8Array(pcm.buffer);
    let binary = '';
    for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return { base64: btoa(binary), stalledMs };
  }, seconds);
  const bytes = Buffer.from(base64, 'base64');
  const samples = new Float32Array(bytes.length / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2) / 32_768;
  return { samples, stalledMs };
}
