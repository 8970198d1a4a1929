import { describe, expect, it } from 'vitest';
import { freePort } from '../../e2e/harness/free-port.ts';
import { ServerConfig } from '../config/server-config.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { eventually, ListedAddresses, Receiver } from './testing/webhook-harness.ts';
import {
  ATTEMPT_LIMIT_MS,
  SystemHostAddresses,
  WebhookSender,
  type Attempt,
  type HostAddresses,
} from './webhook-sender.ts';

const never = new AbortController().signal;

function sender(isPrivate: boolean, addresses: HostAddresses = new SystemHostAddresses(), clock = new ManualClock()) {
  const config = ServerConfig.from({ SWITCHBOARD_WEBHOOKS_PRIVATE: isPrivate ? 'on' : 'off' });
  return (url: string, stopping = never): Promise<Attempt> =>
    new WebhookSender(addresses, clock, config).send(url, {}, '{}', stopping);
}

describe('WebhookSender', () => {
  it.each([
    ['loopback', (port: number) => `http://127.0.0.1:${port}/`],
    ['loopback as a number', (port: number) => `http://2130706433:${port}/`],
    ['loopback in octal', (port: number) => `http://0177.1:${port}/`],
    ['loopback by name', (port: number) => `http://localhost:${port}/`],
    ['loopback by IPv6', (port: number) => `http://[::1]:${port}/`],
    ['IPv4 in IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
    ['every address', (port: number) => `http://0.0.0.0:${port}/`],
    ['the data of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
  ])('goes not to %s', async (_, urlOf) => {
    await using receiver = await Receiver.start();
    const attempt = await sender(false)(urlOf(receiver.port));
    expect(attempt).toMatchObject({ is: 'refused', failure: expect.stringContaining('private network') });
    expect(receiver.received).toEqual([]);
  });

  it('goes not where one of several addresses of a name is private', async () => {
    const addresses = new ListedAddresses();
    addresses.list['mixed.example'] = [
      { address: '93.184.216.34', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ];
    expect(await sender(false, addresses)('http://mixed.example/')).toMatchObject({ is: 'refused' });
  });

  it('connects to the address that was checked, under the name that was given', async () => {
    await using receiver = await Receiver.start();
    const addresses = new ListedAddresses();
    addresses.list['hook.example'] = [{ address: '127.0.0.1', family: 4 }];
    const attempt = await sender(true, addresses)(`http://hook.example:${receiver.port}/a?b=c`);
    expect(attempt).toEqual({ is: 'delivered', status: 200 });
    expect(receiver.received).toMatchObject([{ url: '/a?b=c', headers: { host: `hook.example:${receiver.port}` } }]);
  });

  it('follows no redirect', async () => {
    await using inside = await Receiver.start();
    await using receiver = await Receiver.start();
    receiver.answer = (response) => response.writeHead(307, { location: inside.url }).end();
    const attempt = await sender(true)(receiver.url);
    expect(attempt).toMatchObject({ is: 'failed', status: 307, failure: expect.stringContaining('not followed') });
    expect(inside.received).toEqual([]);
  });

  it('waits no longer than its limit for an answer', async () => {
    await using receiver = await Receiver.start();
    receiver.answer = () => {};
    const clock = new ManualClock();
    const attempt = sender(true, new SystemHostAddresses(), clock)(receiver.url);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    clock.advance(ATTEMPT_LIMIT_MS);
    expect(await attempt).toEqual({ is: 'failed', status: null, failure: 'No answer within 10 s.' });
  });

  it('waits no longer for a name', async () => {
    const clock = new ManualClock();
    const attempt = sender(true, { of: () => new Promise(() => {}) }, clock)('http://slow.example/');
    clock.advance(ATTEMPT_LIMIT_MS);
    expect(await attempt).toMatchObject({ is: 'failed', failure: 'No answer within 10 s.' });
  });

  it('reads no answer beyond its head', async () => {
    await using receiver = await Receiver.start();
    let cut = false;
    receiver.answer = (response) => {
      response.on('close', () => (cut = true));
      response.writeHead(200);
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await sender(true)(receiver.url)).toEqual({ is: 'delivered', status: 200 });
    await eventually(() => expect(cut).toBe(true));
  });

  it('says in a sentence why nothing was reached', async () => {
    const attempt = await sender(true)(`http://127.0.0.1:${await freePort()}/secret-path`);
    expect(attempt).toMatchObject({ is: 'failed', status: null, failure: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(attempt)).not.toContain('secret-path');
    expect(await sender(true, new ListedAddresses())('http://nowhere.example/')).toMatchObject({
      is: 'failed',
      failure: expect.stringContaining('ENOTFOUND'),
    });
  });

  it('leaves open what was on its way when the server stops', async () => {
    await using receiver = await Receiver.start();
    receiver.answer = () => {};
    const stopping = new AbortController();
    const attempt = sender(true)(receiver.url, stopping.signal);
    await eventually(() => expect(receiver.received).toHaveLength(1));
    stopping.abort();
    expect(await attempt).toEqual({ is: 'aborted' });
  });
});
