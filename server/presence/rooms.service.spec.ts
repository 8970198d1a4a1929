import { Logger } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EPOCH_GATHER_MS, SESSION_GRACE_MS } from '@switchboard/protocol';
import { FakeLink, PresenceHarness } from './testing/presence-harness.ts';

describe('RoomsService', () => {
  describe('join', () => {
    it('opens a voice session with the keys that the member gets', () => {
      const at = new PresenceHarness();
      const { session } = at.enter('Ada');
      const grant = at.rooms.join(session, 'lobby');
      const relayed = at.relay.sessions.get(grant.token);
      expect(relayed).toMatchObject({ roomId: 'lobby', bitrateBps: 32_000, speaks: true, hears: true });
      expect(Buffer.from(relayed?.hopKey ?? []).toString('hex')).toBe(grant.hopKey);
      expect(grant.lanes).toEqual({ udp: { port: 7702 }, websocket: { port: 7702 }, dataChannel: false });
    });

    it('names the lanes by their public addresses where there are such', () => {
      const at = new PresenceHarness({
        SWITCHBOARD_VOICE_WS_URL: 'wss://voice.example/voice',
        SWITCHBOARD_VOICE_UDP_HOST: 'udp.example',
        SWITCHBOARD_VOICE_UDP_PORT: '4000',
      });
      expect(at.rooms.join(at.enter('Ada').session, 'lobby').lanes).toEqual({
        udp: { host: 'udp.example', port: 4000 },
        websocket: { url: 'wss://voice.example/voice', port: 7702 },
        dataChannel: false,
      });
    });

    it('tells the token to those in the room, and the move alone to the others', () => {
      const at = new PresenceHarness();
      const [ada, bob, cid] = [at.enter('Ada'), at.enter('Bob'), at.enter('Cid')];
      const first = at.rooms.join(ada.session, 'lobby');
      const second = at.rooms.join(bob.session, 'lobby');
      expect(second.members).toEqual([{ memberId: ada.session.member.id, token: first.token }]);
      expect(second.epoch).toEqual(first.epoch);
      const moved = { memberId: bob.session.member.id, channelId: 'lobby' };
      expect(ada.link.of('member.moved').at(-1)).toEqual({ ...moved, token: second.token });
      expect(cid.link.of('member.moved').at(-1)).toEqual(moved);
      expect(bob.link.of('member.moved')).toEqual([{ memberId: ada.session.member.id, channelId: 'lobby' }]);
    });

    it('leaves the room before', () => {
      const at = new PresenceHarness();
      const { session } = at.enter('Ada');
      const before = at.rooms.join(session, 'lobby');
      const after = at.rooms.join(session, 'desk');
      expect([...at.relay.sessions.keys()]).toEqual([after.token]);
      expect(after.epoch.secret).not.toBe(before.epoch.secret);
      expect([...at.rooms.members('lobby')]).toEqual([]);
    });

    it('makes a fresh voice session for who joins the same room again', () => {
      const at = new PresenceHarness();
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      at.rooms.join(bob.session, 'lobby');
      const before = at.rooms.join(ada.session, 'lobby');
      const after = at.rooms.join(ada.session, 'lobby');
      expect(after.token).not.toBe(before.token);
      expect(after.hopKey).not.toBe(before.hopKey);
      expect(at.relay.sessions.has(before.token)).toBe(false);
      expect(bob.link.of('member.moved').at(-1)?.token).toBe(after.token);
    });

    it('ends the speech of who joins again, as the relay tells nothing of a token that is closed', () => {
      const at = new PresenceHarness();
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      const { token } = at.rooms.join(ada.session, 'lobby');
      at.relay.speak(token, true);
      at.rooms.join(ada.session, 'lobby');
      expect(bob.link.of('member.speaking').map(({ speaking }) => speaking)).toEqual([true, false]);
    });
  });

  describe('epochs', () => {
    it('reach those who stay, never who left, with a secret that is new', () => {
      const at = new PresenceHarness();
      const [ada, bob, cid] = [at.enter('Ada'), at.enter('Bob'), at.enter('Cid')];
      for (const { session } of [ada, bob]) at.rooms.join(session, 'lobby');
      const { epoch } = at.rooms.join(cid.session, 'lobby');
      at.rooms.leave(bob.session);
      at.clock.advance(EPOCH_GATHER_MS);
      const [told] = ada.link.of('voice.epoch');
      expect(told?.epoch).toBe(epoch.epoch + 1);
      expect(told?.secret).not.toBe(epoch.secret);
      expect(cid.link.of('voice.epoch')).toEqual([told]);
      expect(bob.link.of('voice.epoch')).toEqual([]);
    });

    it('reach who is reconnecting with the replay', () => {
      const at = new PresenceHarness();
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      for (const { session } of [ada, bob]) at.rooms.join(session, 'lobby');
      at.drop(ada);
      at.rooms.leave(bob.session);
      at.clock.advance(EPOCH_GATHER_MS);
      const { missed } = at.sessions.resume(
        ada.session.id,
        ada.welcome.session.secret,
        ada.session.events.seq - 1,
        new FakeLink(),
      );
      expect(missed.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ type: 'voice.epoch' }]);
    });
  });

  describe('a lost socket', () => {
    it('leaves the voice session as it is, until the minute is over', () => {
      const at = new PresenceHarness();
      const [ada, bob] = [at.enter('Ada'), at.enter('Bob')];
      const { token } = at.rooms.join(ada.session, 'lobby');
      at.rooms.join(bob.session, 'lobby');
      at.drop(ada);
      expect(at.relay.sessions.has(token)).toBe(true);
      at.clock.advance(SESSION_GRACE_MS);
      expect(at.relay.sessions.has(token)).toBe(false);
      at.clock.advance(EPOCH_GATHER_MS);
      expect(bob.link.of('voice.epoch')).toHaveLength(1);
    });
  });

  it('tells who speaks to those who cannot hear it', () => {
    const at = new PresenceHarness();
    const [ada, bob, cid, dan] = [at.enter('Ada'), at.enter('Bob'), at.enter('Cid'), at.enter('Dan')];
    const { token } = at.rooms.join(ada.session, 'lobby');
    at.rooms.join(bob.session, 'lobby');
    at.rooms.join(cid.session, 'desk');
    at.relay.speak(token, true);
    const told = [{ memberId: ada.session.member.id, speaking: true }];
    expect([ada, bob, cid, dan].map(({ link }) => link.of('member.speaking'))).toEqual([[], [], told, told]);
  });

  it('notes where the voice of a session goes, by its id alone', () => {
    const noted = vi.spyOn(Logger.prototype, 'debug').mockReturnValue();
    onTestFinished(() => {
      noted.mockRestore();
    });
    const at = new PresenceHarness();
    const { session } = at.enter('Ada');
    const { token } = at.rooms.join(session, 'lobby');
    at.relay.bind(token, 'websocket');
    at.relay.bind(token, null);
    expect(noted.mock.calls).toEqual([
      [`${session.id}: voice bound to websocket`],
      [`${session.id}: voice bound to nothing`],
    ]);
  });

  it('sends nothing to who is deafened', () => {
    const at = new PresenceHarness();
    const { session } = at.enter('Ada');
    const { token } = at.rooms.join(session, 'lobby');
    at.sessions.change(session, { deafened: true });
    at.rooms.applyVoice(session);
    expect(at.relay.sessions.get(token)).toMatchObject({ speaks: true, hears: false });
    expect(at.relay.sessions.get(at.rooms.join(session, 'desk').token)?.hears).toBe(false);
  });
});
