import { describe, expect, it } from 'vitest';
import { sameDevices } from './device-list.ts';
import { deviceLists } from './device-lister.ts';

const input = (name: string, maxInputChannels = 2) => ({
  id: `alsa:${name}`,
  name,
  defaultSampleRate: 48_000,
  maxInputChannels,
});
const output = (name: string) => ({ id: `alsa:${name}`, name, defaultSampleRate: 48_000, maxOutputChannels: 2 });
const media = (kind: 'audioinput' | 'audiooutput', label: string) => ({ kind, label, deviceId: `9${label}` });

describe('deviceLists', () => {
  it('names each device as the library does that is the first to open it', () => {
    const lists = deviceLists({
      inputs: [input('Headset')],
      media: [media('audioinput', 'Headset'), media('audiooutput', 'Headset')],
    });
    expect(lists).toEqual({
      microphones: [{ id: 'Headset', label: 'Headset', kind: 'microphone', handle: 'alsa:Headset' }],
      speakers: [{ id: 'Headset', label: 'Headset', kind: 'speaker', handle: '9Headset' }],
    });
  });

  it('takes both from the one library that is there', () => {
    const names = ({ microphones, speakers }: ReturnType<typeof deviceLists>) =>
      [...microphones, ...speakers].map(({ handle }) => handle);
    expect(names(deviceLists({ inputs: [input('Headset')], outputs: [output('Desk')] }))).toEqual([
      'alsa:Headset',
      'alsa:Desk',
    ]);
    expect(names(deviceLists({ media: [media('audiooutput', 'Desk'), media('audioinput', 'Headset')] }))).toEqual([
      '9Headset',
      '9Desk',
    ]);
    expect(names(deviceLists({}))).toEqual([]);
  });

  it('leaves out what cannot hear, the default, and the plumbing of ALSA', () => {
    const inputs = [
      input('Desk speaker', 0),
      input('Default'),
      input('Default Audio Device'),
      input('Discard all samples (playback) or generate zero samples (capture)'),
      input('Playback/recording through the PulseAudio sound server'),
      input('Rate Converter Plugin Using Speex Resampler'),
      input('Plugin for channel upmix (4,6,8)'),
      input('JACK Audio Connection Kit'),
      input(' '),
      input('HDA Intel PCH, ALC257 Analog'),
    ];
    expect(deviceLists({ inputs }).microphones.map(({ id }) => id)).toEqual(['HDA Intel PCH, ALC257 Analog']);
  });

  it('tells apart what is called alike', () => {
    const [first, second] = deviceLists({
      inputs: [input('USB Audio'), { ...input('USB Audio'), id: 'alsa:two' }],
    }).microphones;
    expect(first).toMatchObject({ id: 'USB Audio', handle: 'alsa:USB Audio' });
    expect(second).toMatchObject({ id: 'USB Audio #2', label: 'USB Audio #2', handle: 'alsa:two' });
  });
});

describe('sameDevices', () => {
  const microphone = { id: 'a', label: 'a', kind: 'microphone' } as const;

  it('is told by kind and name, in any order', () => {
    const speaker = { ...microphone, kind: 'speaker' } as const;
    expect(sameDevices([microphone, speaker], [speaker, microphone])).toBe(true);
    expect(sameDevices([microphone], [speaker])).toBe(false);
    expect(sameDevices([microphone], [])).toBe(false);
    expect(sameDevices([], [])).toBe(true);
  });
});
