import { SwitchboardError } from '@switchboard/protocol';
import type { Decibri, WebAudio } from './native-modules.ts';

export const DECIBRI = 'decibri';
export const WEB_AUDIO = 'node-web-audio-api';

/** The libraries that loaded on this machine; one at least. */
export interface NativeModules {
  readonly decibri: Decibri | undefined;
  readonly webAudio: WebAudio | undefined;
}

/**
 * Loads what there is for this machine; opens no device.
 *
 * @param load as `import` does.
 * @throws SwitchboardError `client.audio_failed` when none loads: which, why, and what to do.
 */
export async function loadNativeModules(
  load: (name: string) => Promise<unknown>,
  log: (text: string) => void,
): Promise<NativeModules> {
  const reasons: string[] = [];
  const loaded = async (name: string): Promise<unknown> => {
    try {
      return await load(name);
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      reasons.push(`${name}: ${reason}`);
      log(`the sound library ${name} could not be loaded: ${reason}`);
      return undefined;
    }
  };
  const [decibri, webAudio] = await Promise.all([loaded(DECIBRI), loaded(WEB_AUDIO)]);
  if (decibri === undefined && webAudio === undefined) throw noneLoads(reasons);
  return { decibri: decibri as Decibri | undefined, webAudio: webAudio as WebAudio | undefined };
}

function noneLoads(reasons: readonly string[]): SwitchboardError {
  return new SwitchboardError(
    'client.audio_failed',
    `No sound library could be loaded on ${process.platform}-${process.arch} (${reasons.join('; ')}). ${remedy()}`,
  );
}

function remedy(): string {
  if (process.platform === 'linux') {
    return 'Install ALSA (package libasound2 or alsa-lib), or the extension’s package for this machine; then start the editor again.';
  }
  return 'Install the extension’s package for this machine, then start the editor again.';
}
