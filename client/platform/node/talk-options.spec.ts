import { describe, expect, it } from 'vitest';
import { parseTalkOptions } from './talk-options.ts';

const NEEDED = ['--server', 'http://127.0.0.1:7700', '--channel', 'Lobby', '--nickname', 'Ada'];

describe('parseTalkOptions', () => {
  it('understands every option', () => {
    const fingerprint = 'ab'.repeat(32);
    const more = ['--play', 'in.wav', '--record', 'out.wav', '--loop', '--seconds', '2.5', '--password', 'x', '--json'];
    const last = ['--fingerprint', fingerprint, '--lane', 'udp', '--whisper', 'Ben'];
    expect(parseTalkOptions([...NEEDED, ...more, ...last])).toEqual({
      server: new URL('http://127.0.0.1:7700'),
      channel: 'Lobby',
      who: { type: 'guest', nickname: 'Ada' },
      play: 'in.wav',
      whisper: 'Ben',
      record: 'out.wav',
      loop: true,
      seconds: 2.5,
      password: 'x',
      fingerprint: Array(32).fill('AB').join(':'),
      lane: 'udp',
      json: true,
    });
  });

  it.each([
    [['--user', 'ada'], { type: 'account', username: 'ada' }],
    [['--token', 'abc'], { type: 'token', token: 'abc', nickname: undefined }],
    [['--token', 'abc', '--nickname', 'Ada'], { type: 'token', token: 'abc', nickname: 'Ada' }],
  ])('knows who comes in by %j', (args, who) => {
    expect(parseTalkOptions([...NEEDED.slice(0, 4), ...args])).toMatchObject({ who });
  });

  it('asks for help before anything else', () => {
    expect(parseTalkOptions(['--help'])).toBe('help');
  });

  it.each([
    [['--channel', 'Lobby', '--nickname', 'Ada'], 'Give --server'],
    [['--server', 'localhost', '--channel', 'L', '--nickname', 'A'], 'is not an address'],
    [['--server', 'ftp://h', '--channel', 'L', '--nickname', 'A'], 'is not an address'],
    [[...NEEDED, '--seconds', 'soon'], '--seconds takes a number'],
    [[...NEEDED, '--seconds', '0'], '--seconds takes a number'],
    [[...NEEDED, '--seconds', ''], '--seconds takes a number'],
    [NEEDED.slice(0, 4), 'Give --nickname'],
    [[...NEEDED, '--user', 'ada'], 'without --nickname'],
    [[...NEEDED.slice(0, 4), '--user', 'ada', '--token', 'abc'], 'not both'],
    [[...NEEDED.slice(0, 4), '--token', ''], 'Give --token'],
    [[...NEEDED, '--whisper', ' '], 'Give --whisper'],
    [[...NEEDED, '--lane', 'pigeon'], '--lane takes udp or websocket'],
    [[...NEEDED, '--fingerprint', 'abc'], '64 hexadecimal digits'],
    [[...NEEDED, '--volume', '3'], "Unknown option '--volume'"],
    [[...NEEDED, 'stray'], 'Unexpected argument'],
    [['--server'], '--server'],
  ])('says in one line what is wrong with %j', (args, hint) => {
    let message = '';
    try {
      parseTalkOptions(args);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(hint);
    expect(message).not.toContain('\n');
  });
});
