import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkReply,
  decodeRequest,
  decodeServerFrame,
  encodeErrorReply,
  encodeEvent,
  encodeReply,
  encodeRequest,
  numberEvent,
} from './frames.ts';
import { MAX_WHISPER_CHANNELS, MAX_WHISPER_MEMBERS } from '../limits.ts';
import { REQUESTS } from './requests.ts';

const author = { userId: 'u1', nickname: 'Ada' };
const message = {
  id: 'm1',
  channelId: 'c1',
  author,
  text: 'hi',
  code: null,
  plugin: null,
  nonce: 'n1',
  createdAt: 1,
  editedAt: null,
  deletedAt: null,
};

describe('decodeRequest', () => {
  it('reads what encodeRequest wrote', () => {
    const text = encodeRequest('message.send', 7, { channelId: 'c1', nonce: 'n1', text: 'hi' });
    expect(decodeRequest(text)).toEqual({
      type: 'message.send',
      id: 7,
      data: { channelId: 'c1', nonce: 'n1', text: 'hi' },
    });
  });

  it('trims and normalises a nickname', () => {
    const text = encodeRequest('self.update', 1, { nickname: '  Zoe\u0308 ' });
    expect(decodeRequest(text)).toEqual({ type: 'self.update', id: 1, data: { nickname: 'Zoë' } });
  });

  it.each(['', '   ', 'a\u202eb', 'a\u200bb', 'x'.repeat(33), '\u200d', 'a\nb'])(
    'refuses the nickname %j',
    (nickname) => {
      const text = encodeRequest('self.update', 4, { nickname });
      expect(decodeRequest(text)).toEqual({
        refused: 'auth.nickname_invalid',
        type: 'self.update',
        id: 4,
        field: 'nickname',
      });
    },
  );

  it.each(['Ada', '李雷', 'Zoë', '👩‍💻 dev', 'O’Neil-2'])('takes the nickname %j', (nickname) => {
    expect(decodeRequest(encodeRequest('self.update', 4, { nickname }))).not.toHaveProperty('refused');
  });

  it.each([
    ['not JSON', '{', { refused: 'protocol.malformed', type: 'unknown', id: 0 }],
    ['no envelope', '[1]', { refused: 'protocol.malformed', type: 'unknown', id: 0 }],
    ['an unknown type', '{"type":"x","id":3}', { refused: 'protocol.unknown_type', type: 'x', id: 3 }],
    [
      'a type of Object.prototype',
      '{"type":"constructor","id":3}',
      { refused: 'protocol.unknown_type', type: 'constructor', id: 3 },
    ],
    [
      'a wrong field',
      '{"type":"channel.join","id":3,"data":{"channelId":5}}',
      { refused: 'protocol.invalid', type: 'channel.join', id: 3, field: 'channelId' },
    ],
  ])('refuses %s with a code', (_, text, refusal) => {
    expect(decodeRequest(text)).toEqual(refusal);
  });

  it.each([
    { workspace: 'x'.repeat(101) },
    { workspace: 'a\nb' },
    { branch: ' ' },
    { path: '../secret' },
    { path: '/etc/passwd' },
    { path: 'C:\\a' },
    { path: `a/${'x'.repeat(511)}` },
    { line: 0 },
    { line: 1.5 },
    { line: 10_000_001 },
  ])('refuses the place %j', (place) => {
    const field = `place.${Object.keys(place)[0]}`;
    expect(decodeRequest(encodeRequest('self.place', 1, { place }))).toMatchObject({
      refused: 'protocol.invalid',
      field,
    });
  });

  it('takes a place with whatever one wants to tell', () => {
    const whole = { workspace: 'switchboard', branch: 'feat/ü', path: 'src/a b.ts', line: 7 };
    for (const place of [whole, {}, { path: 'a' }, null]) {
      expect(decodeRequest(encodeRequest('self.place', 1, { place }))).toMatchObject({ data: { place } });
    }
  });

  it('takes code with its lines in order, and nothing that leads out of a folder', () => {
    const send = (changes: object) =>
      decodeRequest(
        encodeRequest('message.send', 1, {
          channelId: 'c1',
          nonce: 'n1',
          text: '  let a;',
          code: { language: 'c++', startLine: 3, endLine: 3, ...changes },
        }),
      );
    expect(send({ path: 'src/a.cpp', workspace: 'w' })).toMatchObject({ data: { code: { path: 'src/a.cpp' } } });
    expect(send({ endLine: 10_000_001 })).toMatchObject({ refused: 'protocol.invalid', field: 'code.endLine' });
    expect(send({ endLine: 2 })).toMatchObject({ refused: 'protocol.invalid', field: 'code.endLine' });
    expect(send({ path: '../a' })).toMatchObject({ refused: 'protocol.invalid', field: 'code.path' });
    expect(send({ language: '' })).toMatchObject({ refused: 'protocol.invalid', field: 'code.language' });
  });

  it('bounds whom one whisper addresses', () => {
    const ids = (count: number) => Array.from({ length: count }, (_, i) => `id${i}`);
    const set = (members: number, channels: number) =>
      decodeRequest(encodeRequest('whisper.set', 1, { memberIds: ids(members), channelIds: ids(channels) }));
    expect(set(MAX_WHISPER_MEMBERS, MAX_WHISPER_CHANNELS)).not.toHaveProperty('refused');
    expect(set(MAX_WHISPER_MEMBERS + 1, 0)).toMatchObject({ refused: 'protocol.invalid', field: 'memberIds' });
    expect(set(0, MAX_WHISPER_CHANNELS + 1)).toMatchObject({ refused: 'protocol.invalid', field: 'channelIds' });
  });

  it('either decodes or refuses any text and any JSON, and never throws', () => {
    const anyData = fc.record({ type: fc.constantFrom(...Object.keys(REQUESTS)), id: fc.nat(), data: fc.jsonValue() });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          anyData.map((json) => JSON.stringify(json)),
        ),
        (text) => typeof decodeRequest(text) === 'object',
      ),
    );
  });
});

describe('decodeServerFrame', () => {
  it('reads replies', () => {
    expect(decodeServerFrame(encodeReply('message.send', 7, message))).toEqual({
      kind: 'reply',
      type: 'message.send',
      id: 7,
      ok: true,
      data: message,
    });
    const error = { code: 'channel.full', message: 'Full.' } as const;
    expect(decodeServerFrame(encodeErrorReply('channel.join', 8, error))).toMatchObject({
      kind: 'reply',
      id: 8,
      ok: false,
      error,
    });
  });

  it('reads an event that was encoded once and numbered per session', () => {
    const encoded = encodeEvent({ type: 'message.created', data: { message } });
    expect(decodeServerFrame(numberEvent(encoded, 412))).toEqual({
      kind: 'event',
      seq: 412,
      event: { type: 'message.created', data: { message } },
    });
  });

  it('takes a message of an older server, which knows neither code nor plugins, for one without', () => {
    const { code, plugin, ...older } = message;
    const encoded = encodeEvent({ type: 'message.created', data: { message: older as typeof message } });
    expect(decodeServerFrame(numberEvent(encoded, 1))).toMatchObject({
      event: { data: { message: { code, plugin } } },
    });
  });

  it('takes a newer server’s event as unknown, and keeps its number', () => {
    expect(decodeServerFrame('{"type":"future.thing","seq":9,"data":{}}')).toEqual({
      kind: 'unknown',
      seq: 9,
      type: 'future.thing',
    });
  });

  it('takes an event whose data does not fit as unknown, so that its number is not missed', () => {
    const unknown = { kind: 'unknown', seq: 9, type: 'member.left' };
    expect(decodeServerFrame('{"type":"member.left","seq":9,"data":{}}')).toEqual(unknown);
  });

  it('takes a join of a server that knows no whispers', () => {
    const hex = (bytes: number) => 'ab'.repeat(bytes);
    const voice = {
      token: 1,
      hopKey: hex(16),
      epoch: { channelId: 'c1', epoch: 0, secret: hex(32) },
      members: [],
      audio: { bitrateBps: 32_000, frameMs: 20, fec: true, forwardLimit: null },
      lanes: { dataChannel: false },
    };
    expect(checkReply('channel.join', { channelId: 'c1', voice })).toMatchObject({ voice: { whispers: [] } });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => decodeServerFrame(text) === undefined));
  });
});
