import { FixtureClient } from '@switchboard/webcomponents/testing/fixture-client';
import { roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { FixtureCalls } from '../room-panel/testing/fixture-calls.ts';
import type { TalkKey, TalkKeyEvents } from '../talk-key/talk-key.ts';
import { ActivationSetting, type ActivationMode } from './activation-setting.ts';
import { HoldToTalk } from './hold-to-talk.ts';
import { TalkSwitch } from './talk-switch.ts';

const PUSH = { activation: { mode: 'push-to-talk' } } as const;

function setUp() {
  const calls = new FixtureCalls();
  const client = new FixtureClient({ ...roomState, ...PUSH });
  client.script('setActivation', (activation) => client.show({ activation }));
  calls.open(client);
  const sut = new TalkSwitch(calls);
  calls.subscribe(() => sut.follow());
  client.subscribe(() => sut.follow());
  return { calls, client, sut, told: () => client.of('setTalking').map(([talking]) => talking) };
}

describe('TalkSwitch', () => {
  it('talks while the key is held, and while it is switched on', () => {
    const { sut, told } = setUp();
    sut.hold(true);
    expect(sut.toggle()).toBe(true);
    sut.hold(false);
    expect(sut.talking).toBe(true);
    expect(sut.toggle()).toBe(false);
    expect(sut.talking).toBe(false);
    expect(told()).toEqual([true, true, true, false]);
  });

  it.each([
    ['the next room', { channelId: 'quiet' }],
    ['no room', { channelId: null }],
    ['voice activation', { activation: { mode: 'voice', activationDbfs: -50, releaseDbfs: -56 } }],
    ['silence of one’s own', { muted: true }],
    ['silence by a moderator', { serverMuted: true }],
  ] as const)('does not take into %s what was switched on before', (_, change) => {
    const { sut, client, told } = setUp();
    sut.toggle();
    client.show(change);
    expect(sut.talking).toBe(false);
    expect(told()).toEqual([true, false]);
  });

  it('goes on talking while people come and go', () => {
    const { sut, client } = setUp();
    sut.toggle();
    client.show({ members: roomState.members.slice(0, 1) });
    expect(sut.talking).toBe(true);
  });
});

/** A keyboard that is struck by the test. */
class FixtureTalkKey implements TalkKey {
  readonly log: string[] = [];
  events: TalkKeyEvents | undefined;

  start(key: string, events: TalkKeyEvents): void {
    this.log.push(`start ${key}`);
    this.events = events;
  }

  stop(): void {
    this.log.push('stop');
  }
}

describe('HoldToTalk', () => {
  function holding(key = 'F13') {
    const set = setUp();
    const talkKey = new FixtureTalkKey();
    const told: string[] = [];
    const setting = { key };
    const sut = new HoldToTalk({
      talkKey,
      talk: set.sut,
      key: () => setting.key,
      unavailable: (problem, which) => told.push(`${problem} ${which}`),
    });
    const follow = () => sut.follow(set.calls.state);
    follow();
    return { ...set, talkKey, told, setting, follow, holdToTalk: sut };
  }

  it('listens in a room, in push-to-talk mode, and at no other time', () => {
    const { client, calls, talkKey, follow, told } = holding();
    follow();
    client.show({ channelId: null });
    follow();
    client.show({ channelId: 'lobby' });
    follow();
    void calls.disconnect();
    follow();
    expect(talkKey.log).toEqual(['start F13', 'stop', 'start F13', 'stop']);
    expect(told).toEqual([]);
  });

  it('talks while the key is down', () => {
    const { talkKey, sut } = holding();
    talkKey.events!.pressed();
    expect(sut.talking).toBe(true);
    talkKey.events!.released();
    expect(sut.talking).toBe(false);
  });

  it('changes to another key, and to none', () => {
    const { talkKey, setting, follow } = holding();
    setting.key = 'F14';
    follow();
    setting.key = ' ';
    follow();
    expect(talkKey.log).toEqual(['start F13', 'start F14', 'stop']);
  });

  it('says once that a key cannot be held, and tries another', () => {
    const { talkKey, told, setting, follow } = holding('Nonsense');
    talkKey.events!.unavailable('unknown_key', '');
    follow();
    follow();
    expect(told).toEqual(['unknown_key Nonsense']);
    setting.key = 'F14';
    follow();
    expect(talkKey.log).toEqual(['start Nonsense', 'start F14']);
  });

  it('listens for none while the one of the setting is of no use, and tries it again once it is set anew', () => {
    const { talkKey, told, setting, follow } = holding('Nonsense');
    talkKey.events!.unavailable('unknown_key', '');
    setting.key = 'F14';
    follow();
    setting.key = 'Nonsense';
    follow();
    talkKey.events!.unavailable('unknown_key', '');
    follow();
    setting.key = 'F14';
    follow();
    talkKey.events!.unavailable('failed', 'the keyboard hook ended');
    follow();
    expect(talkKey.log).toEqual(['start Nonsense', 'start F14', 'start Nonsense', 'start F14']);
    expect(told).toEqual(['unknown_key Nonsense', 'unknown_key Nonsense', 'failed F14']);
  });
});

describe('ActivationSetting', () => {
  function agreeing(mode: ActivationMode) {
    const { client } = setUp();
    const setting = { mode };
    const written: ActivationMode[] = [];
    const sut = new ActivationSetting(
      () => setting.mode,
      (next) => {
        written.push(next);
        setting.mode = next;
      },
    );
    client.subscribe(() => sut.follow(client));
    sut.apply(client);
    return { client, setting, written, sut };
  }

  it('goes first when a call begins', () => {
    const { client, written } = agreeing('voice');
    expect(client.state.activation).toMatchObject({ mode: 'voice' });
    expect(written).toEqual([]);
  });

  it('follows what was changed in the room', () => {
    const { client, written } = agreeing('push-to-talk');
    client.setActivation({ mode: 'voice', activationDbfs: -40, releaseDbfs: -46 });
    expect(written).toEqual(['voice']);
  });

  it('keeps the loudness that one has chosen', () => {
    const { client, setting, sut, written } = agreeing('voice');
    const chosen = { mode: 'voice', activationDbfs: -33, releaseDbfs: -44 } as const;
    client.setActivation(chosen);
    setting.mode = 'push-to-talk';
    sut.apply(client);
    expect(client.state.activation).toEqual({ mode: 'push-to-talk' });
    setting.mode = 'voice';
    sut.apply(client);
    expect(client.state.activation).toEqual(chosen);
    expect(written).toEqual([]);
  });
});
