import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerLogger } from './server-logger.ts';

describe('ServerLogger', () => {
  let out: string;
  let err: string;

  beforeEach(() => {
    out = '';
    err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((out += String(text)), true));
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((err += String(text)), true));
  });
  afterEach(() => vi.restoreAllMocks());

  it('writes a line for people', () => {
    new ServerLogger('log').warn('Something is odd', 'Rooms');
    expect(out).toMatch(/Switchboard.*WARN.*Rooms.*Something is odd/s);
    expect(out.startsWith('{')).toBe(false);
  });

  it('writes one JSON object a line where that is wanted, errors with their stack to standard error', () => {
    const sut = new ServerLogger('log', 'json');
    sut.log('one\ntwo', 'Rooms');
    sut.error('It failed', 'Error: It failed\n    at here', 'Chat');
    expect(out.split('\n')).toHaveLength(2);
    expect(JSON.parse(out)).toEqual({ time: expect.any(Number), level: 'log', context: 'Rooms', message: 'one\ntwo' });
    expect(err.split('\n')).toHaveLength(2);
    expect(JSON.parse(err)).toMatchObject({
      level: 'error',
      context: 'Chat',
      message: 'It failed',
      stack: 'Error: It failed\n    at here',
    });
  });

  it('keeps the last 500 lines of what is logged, and nothing of what is not', () => {
    const sut = new ServerLogger('warn');
    sut.debug('a detail', 'Rooms');
    for (let i = 0; i < 600; i++) sut.warn(`line ${i}`, 'Rooms');
    expect(sut.lines).toHaveLength(500);
    expect(sut.lines[0]).toEqual({ time: expect.any(Number), level: 'warn', context: 'Rooms', message: 'line 100' });
    expect(sut.lines.at(-1)?.message).toBe('line 599');
  });

  it('keeps the beginning of what is very long', () => {
    const sut = new ServerLogger('log');
    sut.log('x'.repeat(100_000));
    expect(sut.lines[0]?.message.length).toBeLessThan(5_000);
  });

  it('logs more or less from the moment that it is told', () => {
    const sut = new ServerLogger('warn');
    sut.debug('before', 'Rooms');
    sut.setLevel('debug');
    sut.debug('between', 'Rooms');
    sut.setLevel('error');
    sut.warn('after', 'Rooms');
    expect(sut.lines.map(({ message }) => message)).toEqual(['between']);
  });

  it('says how Nest is put together to who debugs alone', () => {
    const sut = new ServerLogger('log');
    sut.log('Mapped {/, GET} route', 'RouterExplorer');
    sut.error('thrown as well', 'stack', 'ExceptionHandler');
    expect(sut.lines).toEqual([]);
  });
});
