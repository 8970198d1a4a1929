import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeWav } from '../../client/audio/wav.ts';
import { AlsaConfig, type AlsaDevice } from './alsa-config.ts';
import { SoundRecording } from './sound-recording.ts';

const run = promisify(execFile);

/** What people speak into and hear from; the names that PulseAudio and ALSA know them by. */
export const MICROPHONE = 'mic';
export const SPEAKER = 'speaker';
/** What is played into it is heard by the microphone. */
const MICROPHONE_FEED = 'micfeed';
const START_LIMIT_MS = 10_000;
/** What is said begins at once. */
const PLAYER_BUFFER_MS = 20;

export interface SoundCardOptions {
  /** Without: no microphone at all, just a speaker. */
  readonly microphone?: boolean;
  /** Of the devices: 48 kHz unless told. */
  readonly rateHz?: number;
}

/**
 * Sound devices for tests: a PulseAudio of its own, which touches none that runs on the machine. It has a speaker, which
 * can be recorded, and a microphone, which hears what is played into it. Whoever is to use them gets `env`.
 */
export class SoundCard implements AsyncDisposable {
  readonly #folder: string;
  readonly #daemon: ChildProcess;
  readonly #alsa: AlsaConfig;
  readonly #rateHz: number;
  /** What makes up each device; unloading it pulls the plug. */
  readonly #modules = new Map<string, readonly string[]>();
  readonly #speakers = new Set<string>();
  readonly #players = new Set<ChildProcess>();
  readonly #recordings = new Set<SoundRecording>();
  /** Keeps every sink's clock going: an idle one stalls whoever plays to it. */
  readonly #listeners = new Map<string, SoundRecording>();

  private constructor(folder: string, daemon: ChildProcess, rateHz: number) {
    this.#folder = folder;
    this.#daemon = daemon;
    this.#alsa = new AlsaConfig(join(folder, 'asound.conf'));
    this.#rateHz = rateHz;
  }

  static async start({ microphone = true, rateHz = 48_000 }: SoundCardOptions = {}): Promise<SoundCard> {
    const folder = await mkdtemp(join(tmpdir(), 'switchboard-sound-'));
    await Promise.all(['run', 'home'].map((name) => mkdir(join(folder, name), { mode: 0o700 })));
    const daemon = spawn(
      'pulseaudio',
      [
        '-n',
        '--daemonize=no',
        '--use-pid-file=no',
        '--exit-idle-time=-1',
        '--disable-shm=yes',
        '--log-target=stderr',
        `--load=module-native-protocol-unix auth-anonymous=1 socket=${socketIn(folder)}`,
      ],
      { env: daemonEnv(folder), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const card = new SoundCard(folder, daemon, rateHz);
    try {
      await card.#untilReady();
      const listeners = [await card.#plugSpeaker(SPEAKER, 'Test speaker')];
      if (microphone) listeners.push(await card.#plugMicrophone(MICROPHONE, 'Test microphone'));
      await card.#control('set-default-sink', SPEAKER);
      if (microphone) await card.#control('set-default-source', MICROPHONE);
      // Not before: what was recorded from the old default would be moved to the new one.
      for (const listen of listeners) await listen();
    } catch (error) {
      await card[Symbol.asyncDispose]();
      throw error;
    }
    return card;
  }

  /** For whoever is to hear and speak by these devices, beside the rest of its environment. */
  get env(): Readonly<Record<string, string>> {
    return {
      PULSE_SERVER: `unix:${socketIn(this.#folder)}`,
      PULSE_RUNTIME_PATH: join(this.#folder, 'run'),
      PULSE_COOKIE: join(this.#folder, 'home', 'cookie'),
      ALSA_CONFIG_PATH: this.#alsa.path,
      PIPEWIRE_RUNTIME_DIR: '/nonexistent',
      // Else libjack looks for a server that is not there, and says so.
      JACK_NO_START_SERVER: '1',
    };
  }

  /** The daemon's process id. */
  get pid(): number | undefined {
    return this.#daemon.pid;
  }

  /** Says this into a microphone, at once and once; resolves when the last of it has been said. 48 kHz mono. */
  async play(samples: Float32Array, microphone = MICROPHONE, bufferMs = PLAYER_BUFFER_MS): Promise<void> {
    const path = join(this.#folder, `${String(performance.now())}.wav`);
    await writeFile(path, writeWav(samples, 'int16'));
    await this.playFile(path, microphone, bufferMs);
    await rm(path, { force: true });
  }

  /** @param bufferMs how far ahead it is played: a machine that is held up for longer is heard */
  async playFile(path: string, microphone = MICROPHONE, bufferMs = PLAYER_BUFFER_MS): Promise<void> {
    const player = spawn('paplay', [`--latency-msec=${String(bufferMs)}`, `--device=${feedOf(microphone)}`, path], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#players.add(player);
    await once(player, 'exit');
    this.#players.delete(player);
  }

  /** Stops whatever is being said. */
  hush(): void {
    for (const player of this.#players) player.kill();
  }

  /** Records what a speaker plays from now on. */
  async record(speaker = SPEAKER): Promise<SoundRecording> {
    return this.#recordMonitor(`${speaker}.monitor`);
  }

  /** Records what a microphone hears, for comparing. */
  async recordMicrophone(microphone = MICROPHONE): Promise<SoundRecording> {
    return this.#recordMonitor(`${feedOf(microphone)}.monitor`);
  }

  /** Plugs in another one. */
  async addMicrophone(name: string, label: string): Promise<void> {
    const listen = await this.#plugMicrophone(name, label);
    await listen();
  }

  async addSpeaker(name: string, label: string): Promise<void> {
    const listen = await this.#plugSpeaker(name, label);
    await listen();
  }

  /** Pulls the plug of one. */
  async remove(name: string): Promise<void> {
    const modules = this.#modules.get(name);
    if (modules === undefined) throw new Error(`there is no ${name}`);
    this.#modules.delete(name);
    this.#speakers.delete(name);
    await this.#alsa.remove(name);
    await this.#listeners.get(name)?.stop();
    this.#listeners.delete(name);
    // The daemon moves who used it to the default. That must not be what feeds a microphone.
    const [speaker] = [...this.#speakers];
    if (speaker !== undefined) await this.#control('set-default-sink', speaker);
    for (const module of modules.toReversed()) await this.#control('unload-module', module);
  }

  /** How many programs hear by a microphone: what the system's microphone light goes by. */
  async hearers(microphone = MICROPHONE): Promise<number> {
    const sources = await this.#control('list', 'short', 'sources');
    const index = sources
      .split('\n')
      .find((line) => line.split('\t')[1] === microphone)
      ?.split('\t')[0];
    const streams = await this.#control('list', 'short', 'source-outputs');
    return streams.split('\n').filter((line) => line !== '' && line.split('\t')[1] === index).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hush();
    await Promise.all([...this.#recordings, ...this.#listeners.values()].map((recording) => recording.stop()));
    if (this.#daemon.exitCode === null && this.#daemon.signalCode === null) {
      const exited = once(this.#daemon, 'exit');
      this.#daemon.kill('SIGKILL');
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #plugMicrophone(name: string, label: string): Promise<() => Promise<void>> {
    const feed = feedOf(name);
    const modules = [
      await this.#load('module-null-sink', `sink_name=${feed}`, ...this.#format(feed)),
      await this.#load(
        'module-remap-source',
        `source_name=${name}`,
        `master=${feed}.monitor`,
        `source_properties='device.description="${label}"'`,
      ),
    ];
    return this.#plugged({ name, label, kind: 'microphone' }, modules, `${feed}.monitor`);
  }

  async #plugSpeaker(name: string, label: string): Promise<() => Promise<void>> {
    const modules = [await this.#load('module-null-sink', `sink_name=${name}`, ...this.#format(label))];
    return this.#plugged({ name, label, kind: 'speaker' }, modules, `${name}.monitor`);
  }

  async #plugged(device: AlsaDevice, modules: readonly string[], monitor: string): Promise<() => Promise<void>> {
    this.#modules.set(device.name, modules);
    if (device.kind === 'speaker') this.#speakers.add(device.name);
    await this.#alsa.add(device);
    return async () => {
      this.#listeners.set(device.name, await this.#recordMonitor(monitor, false));
    };
  }

  #format(label: string): string[] {
    return [
      'channels=1',
      'channel_map=mono',
      'format=s16le',
      `rate=${String(this.#rateHz)}`,
      `sink_properties='device.description="${label}"'`,
    ];
  }

  async #recordMonitor(source: string, kept = true): Promise<SoundRecording> {
    const recording = await SoundRecording.start(source, { ...process.env, ...this.env }, kept);
    if (kept) this.#recordings.add(recording);
    return recording;
  }

  async #load(...args: string[]): Promise<string> {
    return (await this.#control('load-module', ...args)).trim();
  }

  async #control(...args: string[]): Promise<string> {
    return (await run('pactl', args, { env: { ...process.env, ...this.env } })).stdout;
  }

  async #untilReady(): Promise<void> {
    const said: string[] = [];
    this.#daemon.stderr?.on('data', (text: Buffer) => said.push(String(text)));
    const failed = once(this.#daemon, 'error').then(([error]) => Promise.reject(error as Error));
    const deadline = performance.now() + START_LIMIT_MS;
    const ready = async (): Promise<void> => {
      while (performance.now() < deadline && this.#daemon.exitCode === null) {
        const answered = await this.#control('info').then(
          () => true,
          () => false,
        );
        if (answered) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error(`PulseAudio did not start:\n${said.join('')}`);
    };
    await Promise.race([ready(), failed]);
  }
}

function feedOf(microphone: string): string {
  return microphone === MICROPHONE ? MICROPHONE_FEED : `${microphone}feed`;
}

function socketIn(folder: string): string {
  return join(folder, 'native');
}

function daemonEnv(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    XDG_CONFIG_HOME: join(folder, 'home'),
    PULSE_RUNTIME_PATH: join(folder, 'run'),
    PULSE_STATE_PATH: join(folder, 'home'),
  };
}
