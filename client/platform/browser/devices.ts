import type { AudioDevice } from '../platform.ts';
import { mediaDevices } from './microphone.ts';

/** Chromium lists these beside the devices that they stand for; "the system's default" is no device here. */
const ALIASES: readonly string[] = ['default', 'communications'];

/**
 * The devices that can be chosen. Before the microphone was allowed browsers name none of them, and the list is empty.
 */
export async function listAudioDevices(): Promise<readonly AudioDevice[]> {
  const all = (await mediaDevices()?.enumerateDevices()) ?? [];
  return all.flatMap(({ deviceId, label, kind }): AudioDevice[] => {
    if (deviceId === '' || ALIASES.includes(deviceId) || kind === 'videoinput') return [];
    return [{ id: deviceId, label, kind: kind === 'audioinput' ? 'microphone' : 'speaker' }];
  });
}
