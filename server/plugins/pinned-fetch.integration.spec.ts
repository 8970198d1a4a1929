import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sendPluginFetch } from '@switchboard/client/plugins';
import { MAX_PLUGIN_RESPONSE_BYTES, type PluginFetch } from '@switchboard/protocol';
import { ManualClock } from '../testing/manual-clock.ts';
import { isPublicAddress } from '../webhooks/public-address.ts';
import { ListedAddresses, Receiver } from '../webhooks/testing/webhook-harness.ts';
import { pinnedFetch } from './pinned-fetch.ts';

const LOOPBACK = { address: '127.0.0.1', family: 4 };

describe('pinnedFetch', () => {
  let receiver: Receiver;
  let hosts: ListedAddresses;
  let clock: ManualClock;

  beforeAll(async () => {
    receiver = await Receiver.start();
  });
  afterEach(() => {
    receiver.received.length = 0;
  });
  afterAll(() => receiver[Symbol.asyncDispose]());

  /** Plain HTTP, which the rules for plugins do not let through: who speaks TLS is Node. */
  const ask = (changes: Partial<PluginFetch> = {}, isAllowed: (address: string) => boolean = () => true) => {
    hosts = new ListedAddresses();
    hosts.list['api.example.org'] = [LOOPBACK];
    hosts.list['mixed.example.org'] = [{ address: '93.184.215.14', family: 4 }, LOOPBACK];
    clock = new ManualClock();
    const url = `http://api.example.org:${receiver.port}/a?b=c`;
    return sendPluginFetch(pinnedFetch(hosts, isAllowed), clock, {
      method: 'GET',
      headers: {},
      body: '',
      url,
      ...changes,
    });
  };

  it('asks the address that was looked up, by the name that was given', async () => {
    receiver.answer = (response) => response.writeHead(201).end('Grüße');
    const headers = { authorization: 'Bearer mine' };
    expect(await ask({ method: 'POST', headers, body: '{"ä":1}' })).toEqual({ status: 201, body: 'Grüße' });
    expect(receiver.received).toMatchObject([
      {
        url: '/a?b=c',
        body: '{"ä":1}',
        headers: {
          host: `api.example.org:${receiver.port}`,
          authorization: 'Bearer mine',
          'accept-encoding': 'identity',
        },
      },
    ]);
  });

  it.each(['api.example.org', 'mixed.example.org', '127.0.0.1'])('does not ask this network: %s', async (host) => {
    const asked = ask({ url: `http://${host}:${receiver.port}/` }, isPublicAddress);
    await expect(asked).rejects.toMatchObject({
      code: 'access.denied',
      message: 'The host belongs to this machine or a private network.',
    });
    expect(receiver.received).toEqual([]);
  });

  it('follows no redirect', async () => {
    receiver.answer = (response, { url }) =>
      url === '/secret' ? response.end('secret') : response.writeHead(302, { location: '/secret' }).end();
    await expect(ask()).rejects.toMatchObject({ code: 'access.denied' });
    expect(receiver.received).toHaveLength(1);
  });

  it('reads so much and no more, and nothing that is compressed', async () => {
    receiver.answer = (response) => response.end(Buffer.alloc(MAX_PLUGIN_RESPONSE_BYTES + 1, 'a'));
    await expect(ask()).rejects.toMatchObject({ code: 'plugin.quota' });
    receiver.answer = (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    await expect(ask()).rejects.toMatchObject({ code: 'access.denied' });
  });

  it('waits so long and no longer', async () => {
    receiver.answer = () => undefined;
    const asked = ask();
    const refused = expect(asked).rejects.toMatchObject({ code: 'plugin.quota' });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1));
    clock.advance(60_000);
    await refused;
  });
});
