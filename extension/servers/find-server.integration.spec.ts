import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, it } from 'vitest';
import { askServer, findServer } from './find-server.ts';
import { ScriptedServer } from './testing/scripted-server.ts';

const DISCOVERY = {
  switchboard: { protocol: 1, version: '0.1.0' },
  name: 'Harbour',
  control: { port: 7701 },
  guests: true,
};
const NOBODY = new URL('http://127.0.0.1:9');

/** The person, who is asked whether to believe a certificate. */
function person(believes: boolean) {
  const asked: (string | undefined)[][] = [];
  const ask = (address: URL, fingerprint: string, before?: string) => {
    asked.push([address.origin, fingerprint, before]);
    return Promise.resolve(believes);
  };
  return { asked, ask };
}

async function switchboard(discovery: unknown = DISCOVERY): Promise<ScriptedServer> {
  const server = await ScriptedServer.start();
  server.answer = () => ({ json: discovery });
  return server;
}

describe('findServer', () => {
  it('finds the first that answers, and what it says of itself', async () => {
    await using server = await switchboard();
    const { ask, asked } = person(true);
    const found = await findServer([NOBODY, server.url], ask);
    expect(found).toEqual({ address: server.url, name: 'Harbour', guests: true });
    expect(asked).toEqual([]);
  });

  it('says why not, of the first address', async () => {
    await using other = await switchboard({ hello: 'world' });
    const { ask } = person(true);
    await expect(findServer([NOBODY, other.url], ask)).rejects.toMatchObject({ code: 'client.unreachable' });
    await expect(findServer([other.url, NOBODY], ask)).rejects.toMatchObject({ code: 'client.not_a_switchboard' });
    await expect(findServer([], ask)).rejects.toMatchObject({ code: 'client.not_a_switchboard' });
  });

  it('tells of another version, and looks no further', async () => {
    await using newer = await switchboard({ ...DISCOVERY, switchboard: { protocol: 99, version: '9.0.0' } });
    await using server = await switchboard();
    const { ask } = person(true);
    await expect(findServer([newer.url, server.url], ask)).rejects.toMatchObject({
      code: 'protocol.version_unsupported',
    });
    expect(server.asked).toEqual([]);
  });
});

describe('askServer, of a server with a certificate of its own', () => {
  let tls: { readonly cert: string; readonly key: string };
  let fingerprint: string;

  beforeAll(async () => {
    const pems = await generate([{ name: 'commonName', value: 'switchboard' }], { keySize: 2048 });
    tls = { cert: pems.cert, key: pems.private };
    fingerprint = new X509Certificate(pems.cert).fingerprint256;
  });

  async function secure(): Promise<ScriptedServer> {
    const server = await ScriptedServer.start(tls);
    server.answer = () => ({ json: DISCOVERY });
    return server;
  }

  it('asks with its fingerprint, and keeps that where it is believed', async () => {
    await using server = await secure();
    const { ask, asked } = person(true);
    expect(await askServer(server.url, ask)).toMatchObject({ name: 'Harbour', fingerprint });
    expect(asked).toEqual([[server.url.origin, fingerprint, undefined]]);
  });

  it('says nothing to it where it is not believed', async () => {
    await using server = await secure();
    const { ask } = person(false);
    await expect(askServer(server.url, ask)).rejects.toMatchObject({ code: 'client.certificate_untrusted' });
    await expect(findServer([server.url], ask)).rejects.toMatchObject({ code: 'client.certificate_untrusted' });
    expect(server.asked).toEqual([]);
  });

  it('goes on to the next door where the person does not believe the first, or it is none of ours', async () => {
    await using page = await secure();
    page.answer = () => ({ json: { hello: 'a storage box' } });
    await using server = await secure();
    const asked: string[] = [];
    const onlyThe = (believed: URL) => (address: URL) => {
      asked.push(address.origin);
      return Promise.resolve(address.origin === believed.origin);
    };
    expect(await findServer([page.url, server.url], onlyThe(server.url))).toMatchObject({ address: server.url });
    expect(page.asked).toEqual([]);
    await expect(findServer([page.url, NOBODY], onlyThe(page.url))).rejects.toMatchObject({
      code: 'client.not_a_switchboard',
    });
    await expect(findServer([NOBODY, page.url], onlyThe(server.url))).rejects.toMatchObject({
      code: 'client.certificate_untrusted',
    });
    expect(asked).toEqual([page.url.origin, server.url.origin, page.url.origin, page.url.origin]);
  });

  it('asks about no certificate where another door needs none', async () => {
    await using page = await secure();
    await using server = await switchboard();
    const { ask, asked } = person(true);
    expect(await findServer([page.url, server.url], ask)).toMatchObject({ address: server.url });
    expect(asked).toEqual([]);
  });

  it('asks nobody while it is the one that is believed', async () => {
    await using server = await secure();
    const { ask, asked } = person(false);
    expect(await askServer(server.url, ask, fingerprint)).toMatchObject({ fingerprint });
    expect(asked).toEqual([]);
  });

  it('asks anew where it is another than before', async () => {
    await using server = await secure();
    const before = fingerprint.replace(/^../, fingerprint.startsWith('00') ? '11' : '00');
    const { ask, asked } = person(true);
    expect(await askServer(server.url, ask, before)).toMatchObject({ fingerprint });
    expect(asked).toEqual([[server.url.origin, fingerprint, before]]);
  });
});
