import type { AudioDevice } from '@switchboard/client/engine-parts';
import type { ListedDevice } from './sound-library.ts';

/**
 * What ALSA lists beside devices: converters, sound servers of other kinds, and names for the default, which is no
 * device here but the choice of none.
 */
const PLUMBING = [
  /^default\b/i,
  /^discard all samples/i,
  /^rate converter plugin/i,
  /^plugin (for|using) /i,
  /^(jack audio connection kit|open sound system)$/i,
  /^(playback\/recording through the )?pulseaudio sound server$/i,
  /^pipewire sound server$/i,
];

/**
 * The devices that can be chosen. A device is known by what it is called, as nothing else is the same in both libraries, at
 * another socket and after a restart; of two that are called alike the second one is `NAME #2`.
 */
export function listed(
  kind: AudioDevice['kind'],
  devices: readonly { readonly label: string; readonly handle: string }[],
): readonly ListedDevice[] {
  const seen = new Map<string, number>();
  return devices.flatMap(({ label, handle }): ListedDevice[] => {
    const name = label.trim();
    if (name === '' || PLUMBING.some((pattern) => pattern.test(name))) return [];
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const id = count === 1 ? name : `${name} #${count}`;
    return [{ id, label: id, kind, handle }];
  });
}

export function sameDevices(a: readonly AudioDevice[], b: readonly AudioDevice[]): boolean {
  const keys = (devices: readonly AudioDevice[]): string =>
    devices
      .map(({ kind, id }) => `${kind} ${id}`)
      .sort()
      .join('\n');
  return keys(a) === keys(b);
}
