import { SAMPLE_RATE_HZ } from '../../../client/audio/frame.ts';
import { SoundCard, type SoundCardOptions } from '../../harness/sound-card.ts';
import type { Listener, Take } from '../../harness/takes.ts';
import type { VoiceName } from '../../hearing/speech.ts';
import { Editor } from './editor.ts';
import { LoopedVoice } from './looped-voice.ts';
import { RUNS_HERE, VoiceWindow, VSIX } from './voice-window.ts';

const ENGINE = 'engine-process.mjs';
const EXTENSION_HOST = '--type=extensionHost';

export interface EditorPersonOptions extends SoundCardOptions {
  /** Of the user, by the names of `settings.json`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What the extension host and the engine find in their environment, beside the devices. */
  readonly env?: Readonly<Record<string, string>>;
  /** What lies in the folder that is open, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A person at an editor, with a microphone and a loudspeaker: one code-server with the packed extension, one window, one sound card. */
export class EditorPerson implements Listener, AsyncDisposable {
  readonly nickname: string;
  readonly card: SoundCard;
  readonly editor: Editor;
  readonly voice: VoiceWindow;

  private constructor(card: SoundCard, editor: Editor, voice: VoiceWindow) {
    this.nickname = voice.nickname;
    this.card = card;
    this.editor = editor;
    this.voice = voice;
  }

  static async open(
    nickname: string,
    { settings = {}, env = {}, files = {}, ...devices }: EditorPersonOptions = {},
  ): Promise<EditorPerson> {
    const card = await SoundCard.start(devices);
    try {
      const editor = await Editor.start({
        vsix: VSIX,
        env: { ...card.env, ...env },
        settings: { ...RUNS_HERE, ...settings },
      });
      try {
        return new EditorPerson(card, editor, new VoiceWindow(await editor.open('project', files), nickname));
      } catch (error) {
        await editor[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      await card[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Says this into the microphone over and over, until it is disposed of. */
  speaks(voice: VoiceName): LoopedVoice {
    return new LoopedVoice(this.card, voice);
  }

  /** What comes out of the loudspeaker: of the device, not what a program meant to play. */
  async take(seconds: number): Promise<Take> {
    const startedAtMs = performance.now();
    const recording = await this.card.record();
    const samples = await recording.more(seconds);
    const stalledMs = performance.now() - startedAtMs - (samples.length / SAMPLE_RATE_HZ) * 1_000;
    await recording.stop();
    return { samples, stalledMs, figures: null };
  }

  /** The processes in which voice runs: one, while one is in a room. */
  async engines(): Promise<number[]> {
    return this.#pids(ENGINE);
  }

  /** The processes in which extensions run: one for each window. */
  async extensionHosts(): Promise<number[]> {
    return this.#pids(EXTENSION_HOST);
  }

  /** Keeps the extensions from doing anything for a while, as one does among them that computes something. */
  async holdUpExtensions(ms: number): Promise<void> {
    const hosts = await this.extensionHosts();
    for (const pid of hosts) process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, ms));
    for (const pid of hosts) process.kill(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.editor[Symbol.asyncDispose]();
    await this.card[Symbol.asyncDispose]();
  }

  async #pids(part: string): Promise<number[]> {
    const processes = await this.editor.server.processes();
    return processes.filter(({ commandLine }) => commandLine.includes(part)).map(({ pid }) => pid);
  }
}
