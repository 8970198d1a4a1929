import { rename, writeFile } from 'node:fs/promises';

export interface AlsaDevice {
  readonly name: string;
  readonly label: string;
  readonly kind: 'microphone' | 'speaker';
}

/**
 * What a program that speaks ALSA finds instead of the machine's cards: PulseAudio's devices and nothing else. Read again
 * by such a program whenever it lists the devices.
 */
export class AlsaConfig {
  readonly path: string;
  readonly #devices = new Map<string, AlsaDevice>();

  constructor(path: string) {
    this.path = path;
  }

  async add(device: AlsaDevice): Promise<void> {
    this.#devices.set(device.name, device);
    await this.#write();
  }

  async remove(name: string): Promise<void> {
    this.#devices.delete(name);
    await this.#write();
  }

  async #write(): Promise<void> {
    const devices = [...this.#devices.values()];
    const directions = new Set(devices.map(({ kind }) => kind));
    const text = [
      ...(directions.size === 0 ? [] : [pcm('default', 'Default', directions)]),
      ...devices.map(({ name, label, kind }) => pcm(name, label, new Set([kind]), name)),
      '',
    ].join('\n');
    // At once, or a program reads half of it.
    await writeFile(`${this.path}.new`, text);
    await rename(`${this.path}.new`, this.path);
  }
}

/** One that can be opened in these directions alone. */
function pcm(name: string, label: string, directions: ReadonlySet<AlsaDevice['kind']>, device?: string): string {
  const pulse = `{ type pulse ${device === undefined ? '' : `device "${device}" `}}`;
  const capture = directions.has('microphone') ? `capture.pcm ${pulse} ` : '';
  const playback = directions.has('speaker') ? `playback.pcm ${pulse} ` : '';
  return `pcm.${name} { type asym ${capture}${playback}hint { show on description "${label}" } }`;
}
