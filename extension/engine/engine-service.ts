import {
  nodeClock,
  nodeLanes,
  opusCodec,
  VoiceEngine,
  type AudioBackend,
  type EngineCommand,
} from '@switchboard/client/engine-parts';
import type { ErrorCode } from '@switchboard/protocol';
import { EngineSandboxes } from './engine-sandboxes.ts';
import { failureOf, readToEngine, type Answer, type FromEngine, type Question, type ToEngine } from './engine-ipc.ts';

/** Loads what sound needs here, and opens nothing yet. @throws SwitchboardError `client.audio_failed` */
export type OpenAudio = (options: { readonly log: (text: string) => void }) => Promise<AudioBackend>;

export interface EngineServiceOptions {
  readonly openAudio: OpenAudio;
  /** What the thread of a plugin runs, as in `NodeSandboxes`. */
  readonly sandboxThread?: URL | undefined;
  readonly tell: (message: FromEngine) => void;
  /** Nothing more is to be done here: the process may end, as one that failed or in order. */
  readonly ended: (how: 'failed' | 'closed') => void;
}

interface Running {
  readonly engine: VoiceEngine;
  readonly sandboxes: EngineSandboxes;
  readonly audio: AudioBackend;
}

const REFUSALS: Readonly<Record<Question['type'], ErrorCode>> = {
  'microphone.open': 'client.microphone_failed',
  'speaker.use': 'client.audio_failed',
  devices: 'client.audio_failed',
};

/** The voice engine with its devices, as the editor's process asks for it in messages. */
export class EngineService {
  readonly #options: EngineServiceOptions;
  #started = false;
  #running: Running | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EngineServiceOptions) {
    this.#options = options;
  }

  /** What is no message, or comes at the wrong time, is passed over: it goes into the log. */
  receive(bytes: unknown): void {
    const message = readToEngine(bytes);
    if (message === undefined) {
      this.#log('A message of the editor was not understood.');
      return;
    }
    switch (message.type) {
      case 'start':
        this.#start(message);
        return;
      case 'ping':
        this.#options.tell({ type: 'pong' });
        return;
      case 'close':
        void this.close();
        return;
      default:
        if (this.#running === undefined) this.#log(`Too early, or too late, for ${message.type}.`);
        else this.#serve(this.#running, message);
    }
  }

  /** Ends in order. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #start({ fingerprint }: Extract<ToEngine, { type: 'start' }>): void {
    if (this.#started) return;
    this.#started = true;
    this.#launch(fingerprint).then(
      () => this.#options.tell({ type: 'ready' }),
      (error: unknown) => {
        this.#log(describe(error));
        this.#options.tell({ type: 'failed', ...failureOf(error, 'client.audio_failed') });
        this.#options.ended('failed');
      },
    );
  }

  async #launch(fingerprint: string | null): Promise<void> {
    const { openAudio, tell, sandboxThread } = this.#options;
    const opening = openAudio({ log: (text) => this.#log(text) });
    const engine = new VoiceEngine({
      clock: nodeClock,
      codec: opusCodec,
      lanes: nodeLanes(fingerprint === null ? undefined : { fingerprint }),
      emit: (event) => tell({ type: 'event', event }),
    });
    const [audio] = await Promise.all([opening, engine.ready]);
    await audio.start(
      { captured: (frame) => engine.captured(frame), render: (out) => engine.render(out) },
      {
        devicesChanged: () => tell({ type: 'devices.changed' }),
        microphoneLost: () => tell({ type: 'microphone.lost' }),
      },
    );
    this.#running = { engine, sandboxes: new EngineSandboxes(engine, tell, sandboxThread), audio };
  }

  #serve(
    running: Running,
    message: Extract<ToEngine, { type: 'command' | 'ask' | 'microphone.close' | `sandbox.${string}` }>,
  ): void {
    switch (message.type) {
      case 'command':
        running.engine.handle(message.command satisfies EngineCommand);
        return;
      case 'microphone.close':
        running.audio.closeMicrophone();
        return;
      case 'ask':
        void this.#answer(running.audio, message.id, message.question);
        return;
      default:
        running.sandboxes.receive(message);
        return;
    }
  }

  async #answer(audio: AudioBackend, id: number, question: Question): Promise<void> {
    let answer: Answer;
    try {
      answer = await answerOf(audio, question);
    } catch (error) {
      this.#log(describe(error));
      answer = { type: 'refused', ...failureOf(error, REFUSALS[question.type]) };
    }
    this.#options.tell({ type: 'answer', id, answer });
  }

  async #close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.engine.close();
    running?.sandboxes.close();
    try {
      await running?.audio.close();
    } catch (error) {
      this.#log(describe(error));
    }
    this.#options.ended('closed');
  }

  #log(text: string): void {
    this.#options.tell({ type: 'log', text });
  }
}

async function answerOf(audio: AudioBackend, question: Question): Promise<Answer> {
  switch (question.type) {
    case 'microphone.open':
      await audio.openMicrophone(question.deviceId ?? undefined);
      return { type: 'done' };
    case 'speaker.use':
      await audio.useSpeaker(question.deviceId ?? undefined);
      return { type: 'done' };
    case 'devices':
      return { type: 'devices', devices: await audio.devices() };
  }
}

/** For the log: the error with what caused it. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `; caused by ${describe(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
