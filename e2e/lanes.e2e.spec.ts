import { describe, expect, it } from 'vitest';
import { freePort } from './harness/free-port.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { UdpGate } from './harness/udp-gate.ts';
import { expectUnderstood, LISTENING } from './harness/takes.ts';
import { WavFolder } from './harness/wavs.ts';

/** A server whose UDP is reached through a firewall that the test opens and shuts. */
async function serverBehindGate(open: boolean): Promise<{ server: TestServer; gate: UdpGate } & AsyncDisposable> {
  const gatePort = await freePort();
  const server = await TestServer.start({ env: { SWITCHBOARD_VOICE_UDP_PORT: String(gatePort) } });
  const gate = await UdpGate.listen(gatePort, server.voicePort, open);
  return {
    server,
    gate,
    [Symbol.asyncDispose]: async () => {
      await gate[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('a network that blocks UDP', LISTENING, () => {
  it('is talked across over the WebSocket, both ways', async () => {
    using wavs = new WavFolder();
    await using blocked = await serverBehindGate(false);
    const { server, gate } = blocked;
    const common = { server: server.url, channel: 'Lobby' };
    await using ada = new Talker({
      ...common,
      nickname: 'Ada',
      play: wavs.voice('anna'),
      record: wavs.path('ada'),
      args: ['--loop'],
    });
    await using ben = new Talker({
      ...common,
      nickname: 'Ben',
      play: wavs.voice('bruno'),
      record: wavs.path('ben'),
      args: ['--loop'],
    });
    await Promise.all([ada.connected('websocket'), ben.connected('websocket')]);
    await expectUnderstood('anna', [ben]);
    await expectUnderstood('bruno', [ada]);

    expect(gate.swallowed).toBeGreaterThan(0);
    expect(gate.passed).toBe(0);
  });

  it('is left for the WebSocket when it starts to block mid-call, and returned to when it stops', async () => {
    using wavs = new WavFolder();
    await using blocked = await serverBehindGate(true);
    const { server, gate } = blocked;
    const common = { server: server.url, channel: 'Lobby' };
    await using listener = new Talker({ ...common, nickname: 'Ben', record: wavs.path('ben') });
    await listener.connected('udp');
    await using speaker = new Talker({ ...common, nickname: 'Ada', play: wavs.voice('anna'), args: ['--loop'] });
    await speaker.connected('udp');

    gate.shut();
    await Promise.all([listener.connected('websocket'), speaker.connected('websocket')]);
    gate.open();
    await Promise.all([listener.connected('udp'), speaker.connected('udp')]);
    await expectUnderstood('anna', [listener]);
  });
});
