import { SwitchboardError } from '@switchboard/protocol';
import { readFile } from 'node:fs/promises';
import { readWav } from '../../audio/wav.ts';
import type { ClientState } from '../../client-state.ts';
import type { SignIn } from '../../session/sign-in.ts';
import { VoiceClient } from '../../voice-client.ts';
import { LogIn } from './log-in.ts';
import { MemoryStore } from './memory-store.ts';
import { nodeClock } from './node-clock.ts';
import { createNodePlatform } from './node-platform.ts';
import { findChannel } from './talk-channel.ts';
import { findListener } from './talk-listener.ts';
import type { TalkOptions } from './talk-options.ts';
import type { TalkOutput } from './talk-output.ts';
import { TalkReporter } from './talk-reporter.ts';
import { WavAudio } from './wav-audio.ts';

/** After the last word: the gate closes, the last packet travels, jitter buffers play out. */
const LAST_WORD_MS = 1_000;

/** One visit to one channel, from the first byte read to the last byte written. */
export class TalkSession {
  readonly #options: TalkOptions;
  /** Of the account, where one comes in with one. */
  readonly #accountPassword: string;
  readonly #output: TalkOutput;
  readonly #stopped = Promise.withResolvers<undefined>();
  #client: VoiceClient | undefined;
  #whispering = false;

  constructor(options: TalkOptions, accountPassword: string, output: TalkOutput) {
    this.#options = options;
    this.#accountPassword = accountPassword;
    this.#output = output;
    // Awaited late: a failure before that is not lost.
    this.#stopped.promise.catch(() => undefined);
  }

  /** Ends `run` soon, in order. */
  stop(): void {
    this.#stopped.resolve(undefined);
  }

  sendMessage(text: string): void {
    this.#client?.sendMessage(text).catch((error: unknown) => {
      const why = SwitchboardError.is(error) ? error.message : 'Try again.';
      this.#output.line({ type: 'notice', text: `The message was not sent. ${why}`, fields: { text: why } });
    });
  }

  /**
   * Comes in, speaks, listens, leaves. The recording is complete afterwards, however it ends.
   * @throws SwitchboardError what kept one from talking
   */
  async run(): Promise<void> {
    const options = this.#options;
    const speech = options.play === undefined ? undefined : await readSpeech(options.play);
    const audio = this.#audio(speech);
    const platform = createNodePlatform({
      audio,
      store: new MemoryStore(),
      trust: options.fingerprint === undefined ? undefined : { fingerprint: options.fingerprint },
      lanes: options.lane === undefined ? undefined : [options.lane],
    });
    const client = new VoiceClient({ server: options.server, platform });
    this.#client = client;
    try {
      await Promise.race([this.#talk(client, audio), this.#stopped.promise]);
    } finally {
      this.#client = undefined;
      await client.close();
      const wrote = audio.recording && options.record !== undefined ? { text: `Wrote ${options.record}.` } : {};
      this.#output.line({ type: 'ended', ...wrote });
    }
  }

  async #talk(client: VoiceClient, audio: WavAudio): Promise<void> {
    const { channel: wanted, password, seconds, server } = this.#options;
    this.#output.line({ type: 'connecting', text: `Connecting to ${server.host} …`, fields: { server: server.href } });
    await client.connect(await this.#signIn());
    const nickname = selfName(client.state);
    const channel = findChannel(client.state.channels, wanted);
    const reporter = new TalkReporter(this.#output, client.state);
    client.subscribe((state) => {
      reporter.report(state);
      this.#follow(client, state, audio);
    });
    await client.join(channel.id, password);
    this.#output.line({
      type: 'entered',
      text: `In ${channel.name} as ${nickname}.`,
      fields: { channel: channel.name },
    });
    if (seconds !== undefined) nodeClock.after(seconds * 1000, () => this.stop());
    await this.#stopped.promise;
  }

  async #signIn(): Promise<SignIn> {
    const { who, server, fingerprint } = this.#options;
    switch (who.type) {
      case 'guest':
        return who;
      case 'token': {
        const { token, nickname } = who;
        return { type: 'join', token, ...(nickname === undefined ? {} : { nickname }) };
      }
      case 'account': {
        const { username } = who;
        const trust = fingerprint === undefined ? undefined : { fingerprint };
        const logIn = await LogIn.start(server, { username, password: this.#accountPassword }, trust);
        return { type: 'access', getAccessToken: () => logIn.accessToken() };
      }
    }
  }

  /** Speaks once it can be heard, and ends when the server has ended it. */
  #follow(client: VoiceClient, state: ClientState, audio: WavAudio): void {
    if (state.lane.status === 'connected') this.#speak(client, state, audio);
    if (state.connection.status !== 'closed' || state.connection.problem === null) return;
    const { code, message } = state.connection.problem;
    this.#stopped.reject(new SwitchboardError(code, message));
  }

  #speak(client: VoiceClient, state: ClientState, audio: WavAudio): void {
    const { whisper } = this.#options;
    if (whisper === undefined) {
      audio.speak();
      return;
    }
    const listener = findListener(state, whisper);
    if (listener === undefined || this.#whispering) return;
    this.#whispering = true;
    const { nickname } = listener;
    // Said only once it is heard by nobody else.
    client.startWhisper({ memberIds: [listener.id], channelIds: [] }).then(
      () => {
        this.#output.line({ type: 'whispering', text: `Whispering to ${nickname}.`, fields: { nickname } });
        audio.speak();
      },
      (error: unknown) => this.#stopped.reject(error),
    );
  }

  #audio(speech: Float32Array | undefined): WavAudio {
    const { loop, record } = this.#options;
    const timed = (type: string, atMs: number): void => {
      // Wall-clock time, so that what two processes say can be compared.
      this.#output.line({ type, fields: { startedAtMs: performance.timeOrigin + atMs } });
    };
    return new WavAudio({
      clock: nodeClock,
      speech,
      loop,
      recordTo: record,
      events: {
        microphoneStarted: (atMs) => timed('microphone', atMs),
        microphoneEnded: () => {
          this.#output.line({ type: 'spoken', text: 'Everything is said.' });
          nodeClock.after(LAST_WORD_MS, () => this.stop());
        },
        recordingStarted: (atMs) => timed('recording', atMs),
        stalled: (ms) => this.#output.line({ type: 'stalled', fields: { ms } }),
      },
    });
  }
}

function selfName({ members, selfId }: ClientState): string {
  return members.find(({ id }) => id === selfId)?.nickname ?? '';
}

async function readSpeech(path: string): Promise<Float32Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new SwitchboardError('client.file_unreadable', `The file ${path} could not be read. Check --play.`, {
      cause,
    });
  }
  const speech = samplesOf(bytes);
  if (speech.length > 0) return speech;
  throw new SwitchboardError('client.file_unreadable', `The file ${path} holds no sound. Choose another for --play.`);
}

function samplesOf(wav: Uint8Array): Float32Array {
  try {
    return readWav(wav);
  } catch (error) {
    if (!SwitchboardError.is(error)) throw error;
    throw new SwitchboardError(error.code, `${error.message} Choose another for --play.`, { cause: error });
  }
}
