import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

const DASHBOARD = join(import.meta.dirname, '../../deploy/grafana/switchboard.json');

/** A figure of Prometheus' text format, by its name and labels. */
function figure(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

describe('/metrics', () => {
  let at: RunningServer;

  beforeAll(async () => {
    at = await RunningServer.start();
  });
  afterAll(() => at[Symbol.asyncDispose]());

  function get(headers: Record<string, string> = {}): Promise<{ status: number; type: string; text: string }> {
    return new Promise((resolve, reject) => {
      request(`${at.server.url}/metrics`, { headers }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', text });
        });
      })
        .on('error', reject)
        .end();
    });
  }

  it('tells a Prometheus of this machine how the server is', async () => {
    const { status, type, text } = await get();
    expect(status).toBe(200);
    expect(type).toContain('text/plain; version=0.0.4');
    expect(figure(text, 'switchboard_relay_up')).toBe(1);
    expect(figure(text, 'switchboard_database_size_bytes')).toBeGreaterThan(0);
    expect(figure(text, 'switchboard_database_wal_bytes')).toBeGreaterThan(0);
    expect(figure(text, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(figure(text, 'switchboard_relay_bindings{lane="udp"}')).toBe(0);
  });

  it('counts who is here, what they ask, and what they are told', async () => {
    const before = (await get()).text;
    const { client, welcome } = await at.guest('Ada', '5a'.repeat(32));
    await client.request('channel.join', { channelId: channelNamed(welcome, 'Lobby').id });
    await expect(
      client.request('channel.join', { channelId: '01977b2e-4a10-7c3e-9d2f-6b8e1f0a5c11' }),
    ).rejects.toThrow();
    const { text } = await get();
    const grown = (series: string): number => (figure(text, series) ?? 0) - (figure(before, series) ?? 0);
    expect(grown('switchboard_control_sessions{state="here"}')).toBe(1);
    expect(grown('switchboard_room_members')).toBe(1);
    expect(grown('switchboard_control_connections')).toBe(1);
    expect(grown('switchboard_relay_sessions')).toBe(1);
    expect(grown('switchboard_control_requests_total{type="session.hello",outcome="ok"}')).toBe(1);
    expect(grown('switchboard_control_requests_total{type="channel.join",outcome="ok"}')).toBe(1);
    expect(grown('switchboard_control_requests_total{type="channel.join",outcome="refused"}')).toBe(1);
    expect(grown('switchboard_control_messages_sent_total')).toBeGreaterThanOrEqual(3);
    expect(grown('switchboard_database_query_duration_seconds_count{operation="select"}')).toBeGreaterThanOrEqual(1);
    await at.closeClients();
  });

  it('counts a request that the protocol does not have under one name, whatever it is called', async () => {
    const { client } = await at.guest();
    for (const type of ['a.b', 'c.d']) client.send(JSON.stringify({ v: 1, type, id: 7, data: {} }));
    await client.settle();
    const { text } = await get();
    expect(text).not.toContain('a.b');
    expect(figure(text, 'switchboard_control_requests_total{type="unknown",outcome="refused"}')).toBeGreaterThanOrEqual(
      2,
    );
    await at.closeClients();
  });

  it('has nobody in its labels', async () => {
    const { client, welcome } = await at.guest('Zoë of the labels');
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await client.request('channel.join', { channelId });
    await client.request('message.send', { channelId, nonce: 'n', text: 'unheard-of' });
    const { text } = await get();
    for (const secret of ['Zoë', welcome.self.userId, welcome.self.id, welcome.session.id, channelId, 'unheard-of']) {
      expect(text).not.toContain(secret);
    }
    await at.closeClients();
  });

  it.each([
    ['came through a proxy', { 'x-forwarded-for': '203.0.113.7' }],
    ['was made to another host', { host: 'voice.example.org' }],
    ['names no host that is one', { host: '127.0.0.1.evil.example' }],
  ])('wants a token of a request that %s', async (_, headers) => {
    const { status, text } = await get(headers);
    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'auth.token_missing' } });
  });

  it('checks a token where there is one', async () => {
    expect((await get({ authorization: 'Bearer nonsense' })).status).toBe(401);
  });

  it('has each metric that the dashboard shows', async () => {
    const { text } = await get();
    const known = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const expressions = [...(await readFile(DASHBOARD, 'utf8')).matchAll(/"expr": "((?:[^"\\]|\\.)*)"/g)].map(
      ([, e]) => e!,
    );
    const used = expressions.flatMap((expr) => expr.match(/\b(switchboard|process|nodejs)_\w+/g) ?? []);
    expect(new Set(used).size).toBeGreaterThan(15);
    for (const name of used) expect(known, `the dashboard uses ${name}`).toContain(name);
  });
});
