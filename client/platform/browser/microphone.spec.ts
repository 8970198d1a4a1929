import { describe, expect, it } from 'vitest';

import { captureMicrophone, microphoneError } from './microphone.ts';

/** What a browser gives where the microphone is asked for, as far as it is used. */
function devices(getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>): MediaDevices {
  return { getUserMedia } as MediaDevices;
}

describe(microphoneError, () => {
  it.each([
    ['NotAllowedError', 'client.microphone_refused'],
    ['SecurityError', 'client.microphone_refused'],
    ['NotFoundError', 'client.microphone_missing'],
    ['OverconstrainedError', 'client.microphone_missing'],
    ['NotReadableError', 'client.microphone_failed'],
    ['AbortError', 'client.microphone_failed'],
    ['SomethingNew', 'client.microphone_failed'],
  ])('knows %s as %s', (name, code) => {
    const cause = new DOMException('', name);
    expect(microphoneError(cause)).toMatchObject({ code, cause });
  });

  it('knows OverconstrainedError where it is no Error', () => {
    expect(microphoneError({ name: 'OverconstrainedError', constraint: 'deviceId' }).code).toBe(
      'client.microphone_missing',
    );
  });
});

describe(captureMicrophone, () => {
  it('says that a page must be secure, where browsers hide the devices', async () => {
    await expect(captureMicrophone(undefined, undefined)).rejects.toMatchObject({ code: 'client.insecure_page' });
  });

  it('insists on the device that was chosen, and on none otherwise', async () => {
    const asked: MediaStreamConstraints[] = [];
    const sut = devices((constraints) => {
      asked.push(constraints);
      return Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await expect(captureMicrophone('desk', sut)).rejects.toMatchObject({ code: 'client.microphone_refused' });
    await expect(captureMicrophone(undefined, sut)).rejects.toMatchObject({ code: 'client.microphone_refused' });
    const always = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    expect(asked).toEqual([{ audio: { ...always, deviceId: { exact: 'desk' } } }, { audio: always }]);
  });
});
