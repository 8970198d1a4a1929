import { Worker } from 'node:worker_threads';
import { listed } from './device-list.ts';
import type { DeviceLists } from './device-audio.ts';
import type { DecibriInput, DecibriOutput, WebAudioDevice } from './native-modules.ts';
import type { ListedDevice } from './sound-library.ts';

/** Where the libraries are, as `import` wants it; undefined for one that does not load here. */
export interface ModuleUrls {
  readonly decibri: string | undefined;
  readonly webAudio: string | undefined;
}

/** What the libraries say, as they say it. */
export interface RawDevices {
  readonly inputs?: readonly DecibriInput[];
  readonly outputs?: readonly DecibriOutput[];
  readonly media?: readonly WebAudioDevice[];
}

interface Waiting {
  readonly resolve: (lists: DeviceLists) => void;
  readonly reject: (error: Error) => void;
}

type Answer = { readonly devices: RawDevices } | { readonly error: string };

/** Runs in the worker, as text: a bundle has no file for it. Each library lists what it is the first to open. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const module = (url) => url === undefined ? undefined : import(url);
const loaded = Promise.all([module(workerData.decibri), module(workerData.webAudio)]);
parentPort.on('message', async () => {
  try {
    const [decibri, webAudio] = await loaded;
    const devices = {};
    if (decibri) devices.inputs = decibri.Microphone.devices();
    if (decibri && !webAudio) devices.outputs = decibri.Speaker.devices();
    if (webAudio) devices.media = await webAudio.mediaDevices.enumerateDevices();
    parentPort.postMessage({ devices });
  } catch (error) {
    parentPort.postMessage({ error: String(error) });
  }
});
`;

/**
 * Lists the devices in a thread of its own: systems take 10 ms for it, and with a driver that is slow to answer longer than
 * the speaker can wait for its next frame.
 */
export class DeviceLister {
  readonly #urls: ModuleUrls;
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];

  constructor(urls: ModuleUrls) {
    this.#urls = urls;
  }

  list(): Promise<DeviceLists> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      worker.postMessage('list');
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#failAll(new Error('The devices are not listed any more'));
  }

  #start(): Worker {
    const worker = new Worker(WORKER, { eval: true, workerData: this.#urls, execArgv: [] });
    // It alone keeps no process alive.
    worker.unref();
    worker.on('message', (answer: Answer) => {
      const first = this.#waiting.shift();
      if ('devices' in answer) first?.resolve(deviceLists(answer.devices));
      else first?.reject(new Error(answer.error));
    });
    worker.on('error', (error: Error) => {
      this.#worker = undefined;
      this.#failAll(error);
    });
    return worker;
  }

  #failAll(error: Error): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

/** Each device as the library calls it that is the first to open it. */
export function deviceLists({ inputs, outputs, media }: RawDevices): DeviceLists {
  return {
    microphones: inputs === undefined ? mediaDevices('microphone', media) : decibriMicrophones(inputs),
    speakers: media === undefined ? decibriSpeakers(outputs ?? []) : mediaDevices('speaker', media),
  };
}

export function decibriMicrophones(inputs: readonly DecibriInput[]): readonly ListedDevice[] {
  return listed('microphone', named(inputs.filter(({ maxInputChannels }) => maxInputChannels > 0)));
}

export function decibriSpeakers(outputs: readonly DecibriOutput[]): readonly ListedDevice[] {
  return listed('speaker', named(outputs.filter(({ maxOutputChannels }) => maxOutputChannels > 0)));
}

export function mediaDevices(
  kind: ListedDevice['kind'],
  media: readonly WebAudioDevice[] = [],
): readonly ListedDevice[] {
  const direction = kind === 'microphone' ? 'audioinput' : 'audiooutput';
  const devices = media.filter((device) => device.kind === direction);
  return listed(
    kind,
    devices.map(({ label, deviceId }) => ({ label, handle: deviceId })),
  );
}

function named(
  devices: readonly { readonly id: string; readonly name: string }[],
): { label: string; handle: string }[] {
  return devices.map(({ id, name }) => ({ label: name, handle: id }));
}
