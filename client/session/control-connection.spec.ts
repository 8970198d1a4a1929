import { encodeErrorReply, encodeEvent, encodeReply, numberEvent, type ControlEvent } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlSocketEvents } from '../platform/platform.ts';
import { ControlConnection } from './control-connection.ts';
import { FakeClock } from './testing/fake-clock.ts';

function setUp() {
  const clock = new FakeClock();
  const sent: string[] = [];
  const heard: string[] = [];
  let socket: ControlSocketEvents | undefined;
  const sut = new ControlConnection(
    clock,
    (events) => {
      socket = events;
      return { send: (text) => sent.push(text), close: (code) => heard.push(`closed ${code}`) };
    },
    {
      opened: () => heard.push('opened'),
      event: (event: ControlEvent) => heard.push(event.type),
      incomplete: () => heard.push('incomplete'),
      lost: (code) => heard.push(`lost ${code}`),
    },
  );
  return { sut, clock, sent, heard, socket: socket! };
}

const notice = (seq: number) => numberEvent(encodeEvent({ type: 'server.notice', data: { text: 'n' } }), seq);

describe('ControlConnection', () => {
  it('hands a reply over before the events behind it, though all come in one task', () => {
    const { sut, heard, socket } = setUp();
    sut.expectAfter(0);
    sut.ask('channel.leave', {}, () => heard.push('reply'));
    socket.message(notice(1));
    socket.message(encodeReply('channel.leave', 1, {}));
    socket.message(notice(2));
    expect(heard).toEqual(['server.notice', 'reply', 'server.notice']);
  });

  it('pairs replies by their id', () => {
    const { sut, socket } = setUp();
    const outcomes: unknown[] = [];
    sut.ask('session.ping', {}, ({ ok }) => outcomes.push(['first', ok]));
    sut.ask('session.ping', {}, ({ ok }) => outcomes.push(['second', ok]));
    socket.message(encodeErrorReply('session.ping', 2, { code: 'server.rate_limited', message: 'Wait.' }));
    socket.message(encodeReply('session.ping', 1, {}));
    socket.message(encodeReply('session.ping', 1, {}));
    expect(outcomes).toEqual([
      ['second', false],
      ['first', true],
    ]);
  });

  it.each([
    ['of another type', encodeReply('session.ping', 1, {})],
    ['whose data does not fit', '{"type":"channel.join","id":1,"ok":true,"data":{"channelId":5}}'],
  ])('fails what it gets a reply to %s', (_, text) => {
    const { sut, socket } = setUp();
    const outcomes: unknown[] = [];
    sut.ask('channel.join', { channelId: 'lobby' }, (outcome) => outcomes.push(outcome));
    socket.message(text);
    expect(outcomes).toMatchObject([{ ok: false, error: { code: 'client.invalid_server_message' } }]);
  });

  it('skips what it knows, and tells of what is missing', () => {
    const { sut, heard, socket } = setUp();
    sut.expectAfter(5);
    for (const seq of [4, 5, 6, 6]) socket.message(notice(seq));
    expect(heard).toEqual(['server.notice']);
    socket.message(notice(8));
    expect(heard).toEqual(['server.notice', 'incomplete']);
    expect(sut.seq).toBe(6);
  });

  it('fails everything that is open when it ends, once, and is silent after', () => {
    const { sut, clock, heard, socket } = setUp();
    socket.opened();
    const outcomes: unknown[] = [];
    sut.ask('session.ping', {}, (outcome) => outcomes.push(outcome));
    socket.closed(1006);
    socket.closed(1006);
    socket.message(notice(1));
    sut.close(1000);
    sut.ask('session.ping', {}, (outcome) => outcomes.push(outcome));
    expect(outcomes).toMatchObject([
      { error: { code: 'client.disconnected' } },
      { error: { code: 'client.disconnected' } },
    ]);
    expect(heard).toEqual(['opened', 'lost 1006']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['lives if that is answered', true],
    ['is lost if not', false],
  ])('asks for a sign of life when its timers were late, and %s', async (_, answered) => {
    const { clock, sent, heard, socket } = setUp();
    socket.opened();
    clock.oversleep(60_000);
    await clock.advance(0);
    expect(heard).toEqual(['opened']);
    if (answered) sent.forEach((_text, index) => socket.message(encodeReply('session.ping', index + 1, {})));
    await clock.advance(10_000);
    expect(heard).toEqual(answered ? ['opened'] : ['opened', 'lost 1006']);
  });

  it('survives any text', () => {
    const { sut, heard, socket } = setUp();
    sut.expectAfter(0);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        socket.message(text);
      }),
    );
    expect(heard).toEqual([]);
    socket.message(notice(1));
    expect(heard).toEqual(['server.notice']);
  });
});
