import { nodeClock } from '@switchboard/client/engine-parts';
import { DecibriMicrophones } from './decibri-microphone.ts';
import { DecibriSpeakers } from './decibri-speaker.ts';
import { DeviceAudio } from './device-audio.ts';
import { DeviceLister } from './device-lister.ts';
import { DECIBRI, loadNativeModules, WEB_AUDIO, type NativeModules } from './native-loader.ts';
import type { MicrophoneLibrary, SpeakerLibrary } from './sound-library.ts';
import { WebAudioMicrophones } from './web-audio-microphone.ts';
import { WebAudioSpeakers } from './web-audio-speaker.ts';

export interface OpenAudioOptions {
  readonly log: (text: string) => void;
  /** As `import` does; for tests, and for measuring one library alone. */
  readonly load?: (name: string) => Promise<unknown>;
}

/**
 * The sound devices of this machine by the libraries that load on it: microphones by decibri, speakers by
 * node-web-audio-api, and each by the other where one does not load (docs/adr/019). Opens no device yet.
 *
 * @throws SwitchboardError `client.audio_failed` when neither library loads.
 */
export async function openAudio(options: OpenAudioOptions): Promise<DeviceAudio> {
  // Set for some other program, it makes libpulse undo what is asked of it here: nothing would be heard, or said.
  delete process.env.PULSE_LATENCY_MSEC;
  const { log, load = (name) => import(name) as Promise<unknown> } = options;
  const modules = await loadNativeModules(load, log);
  const lister = new DeviceLister({
    decibri: modules.decibri === undefined ? undefined : import.meta.resolve(DECIBRI),
    webAudio: modules.webAudio === undefined ? undefined : import.meta.resolve(WEB_AUDIO),
  });
  return new DeviceAudio({
    clock: nodeClock,
    microphones: microphonesBy(modules),
    speakers: speakersBy(modules),
    log,
    lister,
  });
}

function microphonesBy({ decibri, webAudio }: NativeModules): readonly MicrophoneLibrary[] {
  return [
    ...(decibri === undefined ? [] : [new DecibriMicrophones(decibri, nodeClock)]),
    ...(webAudio === undefined ? [] : [new WebAudioMicrophones(webAudio, nodeClock)]),
  ];
}

function speakersBy({ decibri, webAudio }: NativeModules): readonly SpeakerLibrary[] {
  return [
    ...(webAudio === undefined ? [] : [new WebAudioSpeakers(webAudio, nodeClock)]),
    ...(decibri === undefined ? [] : [new DecibriSpeakers(decibri, nodeClock)]),
  ];
}
