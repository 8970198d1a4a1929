import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  EPOCH_GATHER_MS,
  MAX_WHISPER_TARGETS,
  MAX_WHISPERS_HEARD,
  SwitchboardError,
  type ErrorCode,
  type WhisperTarget,
} from '@switchboard/protocol';
import { PresenceHarness, type Present } from './testing/presence-harness.ts';

function refusal(code: ErrorCode): unknown {
  return expect.objectContaining({ name: SwitchboardError.name, code });
}

/** Ada and Bob in the lobby, Cid at the desk, Dan in no room. */
function setUp() {
  const at = new PresenceHarness();
  const [ada, bob, cid, dan] = [at.enter('Ada'), at.enter('Bob'), at.enter('Cid'), at.enter('Dan')];
  const tokens = {
    ada: at.rooms.join(ada.session, 'lobby').token,
    bob: at.rooms.join(bob.session, 'lobby').token,
    cid: at.rooms.join(cid.session, 'desk').token,
  };
  const whisper = (from: Present, to: readonly Present[], channelIds: string[] = []): WhisperTarget =>
    at.whispers.set(from.session, { memberIds: to.map(({ session }) => session.member.id), channelIds });
  return { at, ada, bob, cid, dan, tokens, whisper };
}

describe('WhispersService', () => {
  describe('set', () => {
    it('gives those addressed the secret, whatever room they are in, and nobody else', () => {
      const { at, ada, bob, cid, dan, tokens, whisper } = setUp();
      const { targetToken, secret } = whisper(ada, [cid, dan]);
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      const told = [{ targetToken, secret, memberId: ada.session.member.id, token: tokens.ada }];
      expect([ada, bob, cid, dan].map(({ link }) => link.of('voice.whisper'))).toEqual([[], [], told, []]);
      expect(at.relay.whispers.get(targetToken)).toEqual({
        token: targetToken,
        speaker: tokens.ada,
        listeners: [tokens.cid],
      });
    });

    it('reaches everyone in a channel but the speaker, and each once', () => {
      const { at, ada, bob, tokens, whisper } = setUp();
      const { targetToken } = whisper(ada, [ada, bob], ['lobby']);
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([tokens.bob]);
      expect(bob.link.of('voice.whisper')).toHaveLength(1);
    });

    it('makes each time a target with a token and a secret of its own', () => {
      const { ada, bob, tokens, whisper } = setUp();
      const [first, second] = [whisper(ada, [bob]), whisper(ada, [bob])];
      expect(new Set([first.targetToken, second.targetToken, ...Object.values(tokens)]).size).toBe(5);
      expect(first.secret).not.toBe(second.secret);
    });

    it.each<[string, ErrorCode, (at: ReturnType<typeof setUp>) => unknown]>([
      ['who is in no room', 'channel.not_joined', ({ dan, bob, whisper }) => whisper(dan, [bob])],
      ['a whisper to oneself alone', 'whisper.no_audience', ({ ada, whisper }) => whisper(ada, [ada])],
      ['a whisper to who is in no room', 'whisper.no_audience', ({ ada, dan, whisper }) => whisper(ada, [dan])],
      ['a whisper into an empty channel', 'whisper.no_audience', ({ ada, whisper }) => whisper(ada, [], ['pair'])],
      ['a whisper to nobody', 'whisper.no_audience', ({ ada, whisper }) => whisper(ada, [])],
    ])('refuses %s', (_, code, act) => {
      const set = setUp();
      expect(() => act(set)).toThrow(refusal(code));
      expect(set.at.relay.whispers.size).toBe(0);
    });

    it('refuses who may not', () => {
      const { at, ada, bob, whisper } = setUp();
      vi.spyOn(at.access, 'may').mockImplementation((_, permission) => permission !== 'whisper');
      expect(() => whisper(ada, [bob])).toThrow(refusal('whisper.not_allowed'));
    });

    it('ends the oldest target for one too many, and tells both sides', () => {
      const { at, ada, bob, cid, whisper } = setUp();
      const others = whisper(bob, [cid]);
      const own = Array.from({ length: MAX_WHISPER_TARGETS }, () => whisper(ada, [bob]).targetToken);
      expect(ada.link.of('voice.whisperEnded')).toEqual([]);
      const newest = whisper(ada, [bob]).targetToken;
      expect([...at.relay.whispers.keys()]).toEqual([others.targetToken, ...own.slice(1), newest]);
      const ended = [{ targetToken: own[0] }];
      expect(ada.link.of('voice.whisperEnded')).toEqual(ended);
      expect(bob.link.of('voice.whisperEnded')).toEqual(ended);
    });
  });

  describe('an audience that changes', () => {
    it('takes in who joins an addressed channel, and who is addressed and comes into a room', () => {
      const { at, ada, bob, cid, dan, whisper } = setUp();
      const { targetToken, secret } = whisper(ada, [bob, dan], ['desk']);
      const token = at.rooms.join(dan.session, 'pair').token;
      expect(at.relay.whispers.get(targetToken)?.listeners).toContain(token);
      // The reply to the join has it: an event would come before that.
      expect(at.whispers.heardBy(dan.session)).toMatchObject([{ targetToken, secret }]);
      expect(dan.link.of('voice.whisper')).toEqual([]);
      at.rooms.leave(cid.session);
      expect(at.whispers.heardBy(cid.session)).toEqual([]);
      at.rooms.join(cid.session, 'desk');
      expect(at.whispers.heardBy(cid.session)).toMatchObject([{ targetToken }]);
    });

    it('gives the rest a new secret after someone went, within two seconds', () => {
      const { at, ada, bob, cid, tokens, whisper } = setUp();
      const { targetToken, secret } = whisper(ada, [bob, cid]);
      at.rooms.leave(cid.session);
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([tokens.bob]);
      at.clock.advance(EPOCH_GATHER_MS);
      const [told] = ada.link.of('voice.whisperSecret');
      expect(told).toEqual({ targetToken, secret: expect.not.stringMatching(secret) as string });
      expect(bob.link.of('voice.whisper').at(-1)).toMatchObject({ ...told });
      expect(cid.link.of('voice.whisper')).toHaveLength(1);
    });

    it('tells the relay of who came and who went, not of everyone each time', () => {
      const { at, ada, bob, cid, dan, tokens, whisper } = setUp();
      const open = vi.spyOn(at.relay, 'openWhisper');
      const first = whisper(ada, [bob], ['desk']).targetToken;
      const second = whisper(bob, [], ['desk']).targetToken;
      whisper(cid, [ada]);
      open.mockClear();
      const token = at.rooms.join(dan.session, 'desk').token;
      at.rooms.leave(dan.session);
      at.rooms.leave(bob.session);
      expect(at.relay.whisperChanges).toEqual([
        ['add', first, token],
        ['add', second, token],
        ['remove', first, token],
        ['remove', second, token],
        ['remove', first, tokens.bob],
      ]);
      expect(open).not.toHaveBeenCalled();
    });

    it('takes in nobody who comes and is not addressed', () => {
      const { at, ada, bob, dan, tokens, whisper } = setUp();
      const { targetToken } = whisper(ada, [bob], ['desk']);
      at.rooms.join(dan.session, 'lobby');
      expect(at.relay.whispers.get(targetToken)?.listeners).not.toContain(at.rooms.tokenOf(dan.session));
      expect(at.relay.whispers.get(targetToken)?.listeners).toHaveLength(Object.keys(tokens).length - 1);
      expect(at.whispers.heardBy(dan.session)).toEqual([]);
    });

    it('goes by the new voice token of who joins again', () => {
      const { at, ada, bob, whisper } = setUp();
      const { targetToken } = whisper(ada, [bob]);
      const { token } = at.rooms.join(bob.session, 'desk');
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([token]);
    });

    it('may become empty, and is there for who comes back', () => {
      const { at, ada, bob, whisper } = setUp();
      const { targetToken } = whisper(ada, [bob]);
      at.rooms.leave(bob.session);
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([]);
      const { token } = at.rooms.join(bob.session, 'lobby');
      expect(at.relay.whispers.get(targetToken)?.listeners).toEqual([token]);
    });
  });

  describe('one whom many address', () => {
    /** Bob hears as many as one may: of Ada, and of others. */
    function crowded() {
      const set = setUp();
      const { at, ada, bob, whisper } = set;
      const others = Array.from({ length: MAX_WHISPERS_HEARD / MAX_WHISPER_TARGETS - 1 }, (_, i) => {
        const other = at.enter(`Other ${i}`);
        at.rooms.join(other.session, 'lobby');
        return other;
      });
      const targets = [ada, ...others].flatMap((from) =>
        Array.from({ length: MAX_WHISPER_TARGETS }, () => whisper(from, [bob]).targetToken),
      );
      return { ...set, targets };
    }

    it('is left out of further targets, and told nothing of them', () => {
      const { at, bob, cid, tokens, targets, whisper } = crowded();
      expect(at.whispers.heardBy(bob.session)).toHaveLength(MAX_WHISPERS_HEARD);
      expect(() => whisper(cid, [bob])).toThrow(refusal('whisper.no_audience'));
      const { targetToken } = whisper(cid, [bob], ['lobby']);
      expect(at.relay.whispers.get(targetToken)?.listeners).toContain(tokens.ada);
      expect(at.relay.whispers.get(targetToken)?.listeners).not.toContain(tokens.bob);
      expect(at.whispers.heardBy(bob.session).map((grant) => grant.targetToken)).toEqual(targets);
      expect(bob.link.of('voice.whisper')).toHaveLength(MAX_WHISPERS_HEARD);
    });

    it('hears another when one is over', () => {
      const { at, ada, bob, cid, targets, whisper } = crowded();
      at.whispers.clear(ada.session, targets[0]!);
      const { targetToken } = whisper(cid, [bob]);
      expect(at.whispers.heardBy(bob.session).at(-1)).toMatchObject({ targetToken });
    });

    it('hears the target for which its speaker’s oldest makes way', () => {
      const { at, ada, bob, targets, whisper } = crowded();
      const { targetToken } = whisper(ada, [bob]);
      const heard = at.whispers.heardBy(bob.session).map((grant) => grant.targetToken);
      expect(heard).toEqual([...targets.slice(1), targetToken]);
    });

    it('finds no more than that on coming into a room', () => {
      const { at, bob, cid, tokens, targets, whisper } = crowded();
      const { targetToken } = whisper(cid, [], ['lobby']);
      at.rooms.leave(bob.session);
      const { token } = at.rooms.join(bob.session, 'lobby');
      expect(at.whispers.heardBy(bob.session).map((grant) => grant.targetToken)).toEqual(targets);
      expect(at.relay.whispers.get(targetToken)?.listeners).toContain(tokens.ada);
      expect(at.relay.whispers.get(targetToken)?.listeners).not.toContain(token);
    });

    it('sets off events for the rest of those alone on leaving', () => {
      const { at, ada, bob, cid, whisper } = crowded();
      whisper(cid, [], ['lobby']);
      for (const { link } of [ada, cid]) link.events.splice(0);
      at.rooms.leave(bob.session);
      at.clock.advance(EPOCH_GATHER_MS);
      expect(ada.link.of('voice.whisperSecret')).toHaveLength(MAX_WHISPER_TARGETS);
      expect(cid.link.of('voice.whisperSecret')).toEqual([]);
    });
  });

  describe('the end', () => {
    it.each<[string, (at: ReturnType<typeof setUp>, target: WhisperTarget) => void]>([
      ['is asked for', ({ at, ada }, { targetToken }) => at.whispers.clear(ada.session, targetToken)],
      ['comes when the speaker leaves the room', ({ at, ada }) => at.rooms.leave(ada.session)],
      ['comes when the speaker joins a room again', ({ at, ada }) => at.rooms.join(ada.session, 'lobby')],
      ['comes with the speaker’s session', ({ at, ada }) => at.sessions.end(ada.session)],
    ])('%s, and the audience is told', (_, act) => {
      const set = setUp();
      const { at, ada, bob, cid, whisper } = set;
      const target = whisper(ada, [bob, cid]);
      const kept = whisper(bob, [cid]);
      act(set, target);
      expect([...at.relay.whispers.keys()]).toEqual([kept.targetToken]);
      const ended = [{ targetToken: target.targetToken }];
      expect([ada, bob, cid].map(({ link }) => link.of('voice.whisperEnded'))).toEqual([[], ended, ended]);
    });

    it('leaves no rotation behind', () => {
      const { at, ada, bob, cid, whisper } = setUp();
      const { targetToken } = whisper(ada, [bob, cid]);
      at.whispers.clear(ada.session, targetToken);
      expect(at.clock.pendingTimers).toBe(0);
      const again = whisper(ada, [bob, cid]).targetToken;
      at.rooms.leave(cid.session);
      at.whispers.clear(ada.session, again);
      at.clock.advance(EPOCH_GATHER_MS);
      expect(ada.link.of('voice.whisperSecret')).toEqual([]);
    });

    it('gives the tokens back', () => {
      const { at, ada, bob, tokens, whisper } = setUp();
      const release = vi.spyOn(at.tokens, 'release');
      const { targetToken } = whisper(ada, [bob]);
      at.rooms.leave(ada.session);
      expect(release.mock.calls.flat().sort()).toEqual([tokens.ada, targetToken].sort());
    });

    it('is the speaker’s alone to ask for', () => {
      const { at, ada, bob, whisper } = setUp();
      const { targetToken } = whisper(ada, [bob]);
      at.whispers.clear(bob.session, targetToken);
      expect(at.relay.whispers.size).toBe(1);
      at.whispers.clear(ada.session, 12345);
    });
  });

  it('whatever happens, lets exactly those hear a whisper who are addressed and in a room, and have its secret', () => {
    const names = ['Ada', 'Bob', 'Cid'] as const;
    const who = fc.constantFrom(0, 1, 2);
    const rooms = fc.constantFrom('lobby', 'desk');
    const step = fc.oneof(
      fc.record({ type: fc.constant('join' as const), who, room: rooms }),
      fc.record({ type: fc.constant('leave' as const), who }),
      fc.record({ type: fc.constant('member' as const), who, to: who }),
      fc.record({ type: fc.constant('channel' as const), who, room: rooms }),
      fc.record({ type: fc.constant('wait' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const at = new PresenceHarness();
        const people = names.map((name) => at.enter(name));
        const of = (index: number): Present => people[index]!;
        const knows = people.map(() => new Map<number, string>());
        const targets = new Map<number, { by: Present; memberIds: string[]; channelIds: string[] }>();
        const learn = () =>
          people.forEach(({ link }, index) => {
            for (const { type, data } of link.events.splice(0)) {
              if (type === 'voice.whisper') knows[index]!.set(data.targetToken, data.secret);
              if (type === 'voice.whisperSecret') knows[index]!.set(data.targetToken, data.secret);
              if (type === 'voice.whisperEnded') knows[index]!.delete(data.targetToken);
            }
          });
        const set = (by: number, memberIds: string[], channelIds: string[]) => {
          try {
            const { targetToken, secret } = at.whispers.set(of(by).session, { memberIds, channelIds });
            targets.set(targetToken, { by: of(by), memberIds, channelIds });
            learn();
            knows[by]!.set(targetToken, secret);
          } catch (error) {
            if (!SwitchboardError.is(error)) throw error;
          }
        };
        for (const one of steps) {
          if (one.type === 'join') {
            at.rooms.join(of(one.who).session, one.room);
            learn();
            const heard = at.whispers.heardBy(of(one.who).session);
            knows[one.who] = new Map(heard.map(({ targetToken, secret }) => [targetToken, secret]));
          } else if (one.type === 'leave') {
            at.rooms.leave(of(one.who).session);
            learn();
            knows[one.who] = new Map();
          } else if (one.type === 'member') set(one.who, [of(one.to).session.member.id], []);
          else if (one.type === 'channel') set(one.who, [], [one.room]);
          else at.clock.advance(EPOCH_GATHER_MS);
          learn();
        }
        for (const [token, { speaker, listeners }] of at.relay.whispers) {
          const { by, memberIds, channelIds } = targets.get(token)!;
          expect(speaker).toBe(at.rooms.tokenOf(by.session));
          const audience = people.filter(({ session }) => {
            const { id, channelId } = session.member;
            const addressed = memberIds.includes(id) || channelIds.includes(channelId ?? '');
            return session !== by.session && channelId !== null && addressed;
          });
          expect(new Set(listeners)).toEqual(new Set(audience.map(({ session }) => at.rooms.tokenOf(session))));
          const holders = people.flatMap((one, index) => (knows[index]!.has(token) ? [one] : []));
          expect(new Set(holders)).toEqual(new Set([by, ...audience]));
          expect(new Set(people.map((_, index) => knows[index]!.get(token)).filter(Boolean)).size).toBe(1);
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });
});
