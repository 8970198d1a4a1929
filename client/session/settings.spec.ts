import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Settings } from './settings.ts';

const server = new URL('http://switchboard.test:7700');

function setUp(kept: Record<string, string> = {}) {
  const map = new Map(Object.entries(kept));
  const store = { get: (key: string) => map.get(key), set: (key: string, value: string) => void map.set(key, value) };
  return { store, sut: new Settings(store, server) };
}

describe('Settings', () => {
  it('are there at the next visit', () => {
    const { store, sut } = setUp();
    sut.setVolume('u1', 0.25);
    sut.microphoneId = 'usb';
    sut.speakerId = 'headphones';
    sut.activation = { mode: 'push-to-talk' };
    const next = new Settings(store, server);
    expect(next).toMatchObject({
      volumes: { u1: 0.25 },
      microphoneId: 'usb',
      speakerId: 'headphones',
      activation: { mode: 'push-to-talk' },
    });
    expect(new Settings(store, new URL('http://other.test')).volumes).toEqual({});
    next.microphoneId = null;
    next.setVolume('u1', 1);
    expect(new Settings(store, server)).toMatchObject({ volumes: {}, microphoneId: null });
  });

  it('are the usual ones, whatever nonsense was kept', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { sut } = setUp({ [`switchboard.volumes:${server.origin}`]: text, 'switchboard.activation': text });
        expect(sut.activation.mode).toMatch(/voice|push-to-talk/);
        for (const gain of Object.values(sut.volumes)) expect(gain >= 0 && gain <= 2).toBe(true);
      }),
    );
  });

  it('take the nearest volume there is', () => {
    const { sut } = setUp();
    expect([-1, 0, 3, Number.NaN].map((gain) => sut.setVolume('u1', gain))).toEqual([0, 0, 2, 1]);
  });
});
