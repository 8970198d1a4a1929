import { beforeEach, describe, expect, it } from 'vitest';
import { TurnedClock } from '../testing/turned-clock.ts';
import { DeviceAudio, type DeviceLists } from './device-audio.ts';
import { FakeLibrary, microphone } from './testing/fake-library.ts';

describe(DeviceAudio, () => {
  let library: FakeLibrary;
  /** Lists that are being waited for. */
  let listings: ((lists: DeviceLists) => void)[];
  let sut: DeviceAudio;
  const lists: DeviceLists = { microphones: [microphone('desk'), microphone('dock')], speakers: [] };

  beforeEach(() => {
    library = new FakeLibrary('library');
    library.there = lists.microphones;
    listings = [];
    sut = new DeviceAudio({
      clock: new TurnedClock(),
      microphones: [library],
      speakers: [library],
      log: () => undefined,
      lister: {
        list: () => new Promise((resolve) => listings.push(resolve)),
        close: () => Promise.resolve(),
      },
    });
  });

  const listed = () => listings.splice(0).forEach((resolve) => resolve(lists));
  const opened = () => library.lines.map(({ deviceId, closed }) => [deviceId, closed]);

  it('opens the microphone that was asked for', async () => {
    const opening = sut.openMicrophone('desk');
    listed();
    await opening;
    expect(opened()).toEqual([['desk', false]]);
  });

  it.each([
    ['is not wanted any more', () => sut.closeMicrophone()],
    ['does not serve any more', () => void sut.close()],
  ])('opens none when it %s by the time that it knows the devices', async (_, act) => {
    const opening = sut.openMicrophone(undefined);
    act();
    listed();
    await opening;
    expect(opened()).toEqual([]);
  });

  it('opens the one alone that was asked for last', async () => {
    const openings = [sut.openMicrophone('desk'), sut.openMicrophone('dock')];
    listed();
    await Promise.all(openings);
    expect(opened()).toEqual([['dock', false]]);
  });
});
