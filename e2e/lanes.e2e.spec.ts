import { describe, expect, it } from 'vitest';
import { freePort } from './harness/free-port.ts';
import { TestServer } from './harness/server.ts';
import { Talker } from './harness/talker.ts';
import { UdpGate } from './harness/udp-gate.ts';
import { secondsOf, spokenOnce, WavFolder } from './harness/wavs.ts';
import { understood } from './hearing/understood.ts';

const UNDERSTOOD = 0.95;

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

describe('a network that blocks UDP', () => {
  it('is talked across over the WebSocket, both ways', async () => {
    using wavs = new WavFolder();
    await using blocked = await serverBehindGate(false);
    const { server, gate } = blocked;
    const common = { server: server.url, channel: 'Lobby' };
    const listener = new Talker({ ...common, nickname: 'Ben', record: wavs.path('ben') });
    await listener.connected('websocket');
    const speaker = new Talker({ ...common, nickname: 'Ada', play: wavs.voice('anna') });
    expect(await speaker.exited).toBe(0);
    await listener.stop();

    expect(gate.swallowed).toBeGreaterThan(0);
    expect(gate.passed).toBe(0);
    expect(understood(spokenOnce('anna'), wavs.read('ben')).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
  });

  it('is left for the WebSocket when it starts to block mid-call, and returned to when it stops', async () => {
    using wavs = new WavFolder();
    await using blocked = await serverBehindGate(true);
    const { server, gate } = blocked;
    const common = { server: server.url, channel: 'Lobby' };
    const listener = new Talker({ ...common, nickname: 'Ben', record: wavs.path('ben') });
    await listener.connected('udp');
    const speaker = new Talker({ ...common, nickname: 'Ada', play: wavs.voice('anna'), args: ['--loop'] });
    await speaker.connected('udp');

    gate.shut();
    await Promise.all([listener.connected('websocket'), speaker.connected('websocket')]);
    gate.open();
    await Promise.all([listener.connected('udp'), speaker.connected('udp')]);
    const seconds = secondsOf(spokenOnce('anna')) * 2;
    await listener.figuresFor(seconds);
    await Promise.all([speaker.stop(), listener.stop()]);

    const recording = wavs.read('ben');
    const last = recording.subarray(recording.length - Math.round(seconds * 48_000));
    expect(understood(spokenOnce('anna'), last).stoi).toBeGreaterThanOrEqual(UNDERSTOOD);
  });
});
