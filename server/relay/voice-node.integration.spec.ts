import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RelayEvent } from './relay-messages.ts';
import { pingPacket, relaySession } from './testing/packets.ts';
import { UdpClient } from './testing/voice-clients.ts';
import { UdpSocket } from './udp-socket.ts';
import { VoiceNode } from './voice-node.ts';

describe('VoiceNode', () => {
  let sut: VoiceNode;
  let client: UdpClient;
  const told: RelayEvent[] = [];
  let failed: Promise<void>;

  beforeEach(async () => {
    let onFailed: () => void;
    failed = new Promise((resolve) => (onFailed = resolve));
    sut = await VoiceNode.open(
      { host: '127.0.0.1', port: 0, tls: undefined },
      (event) => told.push(event),
      async (at, events) => {
        const socket = await UdpSocket.open(at, events);
        // A network that takes nothing.
        socket.send = () => {
          events.onSendFailed();
          onFailed();
        };
        return socket;
      },
    );
    client = await UdpClient.open(sut.port);
  });

  afterEach(async () => {
    await client.close();
    await sut.close();
  });

  it('counts what could not be sent', async () => {
    sut.handle({ type: 'open', session: relaySession(1) });
    client.send(pingPacket(1, 0));
    await failed;
    sut.handle({ type: 'report' });
    expect(told.at(-1)).toMatchObject({ type: 'report', report: { pings: 1, dropped: { send_failed: 1 } } });
  });
});
