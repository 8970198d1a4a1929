import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { channelNamed, RunningServer } from '../testing/running-server.ts';

/** Loopback is exempt from the limit of one network, not from that for all. */
const MAX_SILENT = 1_024;

async function silentPeer(port: number): Promise<Socket> {
  const peer = connect(port, '127.0.0.1').on('error', () => {});
  await once(peer, 'connect');
  return peer.resume();
}

describe('ControlServer, when it has to end things', () => {
  it('cuts a connection that it refuses, though the peer keeps its half open', async () => {
    await using at = await RunningServer.start();
    const peer = connect({ port: at.server.ports.control, host: '127.0.0.1', allowHalfOpen: true });
    onTestFinished(() => void peer.destroy());
    await once(peer, 'connect');
    peer.write('GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    expect(String(await once(peer, 'data'))).toContain('404');
    await once(peer.resume(), 'end');
    // Writing to a socket that is gone on the other side is answered with a reset; one that is half open would swallow it.
    const reset = once(peer, 'close').catch((error: unknown) => error);
    const writing = setInterval(() => peer.write('x'), 5);
    onTestFinished(() => clearInterval(writing));
    expect(await reset).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });

  it('cuts who connects when too many have said nothing yet, and counts nobody who has come in', async () => {
    await using at = await RunningServer.start();
    const { client } = await at.guest();
    const silent = await Promise.all(Array.from({ length: MAX_SILENT }, () => silentPeer(at.server.ports.control)));
    const oneMore = await silentPeer(at.server.ports.control);
    await expect.poll(() => oneMore.closed).toBe(true);
    expect(silent.filter(({ closed }) => closed)).toEqual([]);
    await client.settle();
    for (const peer of silent) peer.destroy();
  });

  it('lets what is being stored come to its end before the database closes', async () => {
    const failed = vi.spyOn(Logger.prototype, 'error');
    onTestFinished(() => {
      failed.mockRestore();
    });
    const at = await RunningServer.start();
    const sent: Promise<unknown>[] = [];
    for (let i = 0; i < 20; i++) {
      const { client, welcome } = await at.guest();
      const { id: channelId } = channelNamed(welcome, 'Lobby');
      await client.request('channel.join', { channelId });
      // They are written one after the other: each of these connections waits for the disk when the end comes.
      for (const nonce of ['1', '2', '3', '4']) {
        sent.push(client.request('message.send', { channelId, nonce, text: 'hello' }).catch(() => undefined));
      }
    }
    await sent.at(-4);
    await at[Symbol.asyncDispose]();
    await Promise.all(sent);
    expect(failed).not.toHaveBeenCalled();
  });
});

describe('message.send', () => {
  it('knows a message with half a surrogate pair again', async () => {
    await using at = await RunningServer.start();
    const { client, welcome } = await at.guest();
    const { id: channelId } = channelNamed(welcome, 'Lobby');
    await client.request('channel.join', { channelId });
    const message = { channelId, nonce: 'n', text: 'a\ud83db' };
    const stored = await client.request('message.send', message);
    expect(stored.text).toBe('a\ufffdb');
    expect(await client.request('message.send', message)).toEqual(stored);
    await client.close();
  });
});
