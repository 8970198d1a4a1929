import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { generate } from 'selfsigned';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../e2e/harness/free-port.ts';
import type { RelayOptions } from './relay-options.ts';
import { relayed, voicePacket } from './testing/packets.ts';
import { RELAY_VARIANTS, RelayHarness } from './testing/relay-harness.ts';
import { spawnThread } from './threaded-voice-relay.ts';

const ANN = 1;
const BEN = 2;
const CAT = 3;

for (const { name, options, available } of RELAY_VARIANTS) {
  describe.skipIf(!available)(`relay ${name}`, () => {
    let at: RelayHarness;

    beforeAll(() => Logger.overrideLogger(false));
    afterEach(() => at.stop());

    describe('on its addresses', () => {
      it('serves IPv6', async () => {
        at = await RelayHarness.start({ ...options, host: '::1' });
        const ann = await at.join(ANN, await at.udp('::1'));
        const ben = await at.join(BEN, await at.udp('::1'));
        const packet = voicePacket({ token: ANN, sequence: 0 });
        ann.send(packet);
        expect(await ben.inbox.next()).toEqual(relayed(packet));
      });

      it('serves both families on one port', async () => {
        at = await RelayHarness.start({ ...options, host: '::' });
        const ann = await at.join(ANN, await at.udp('127.0.0.1'));
        const ben = await at.join(BEN, await at.udp('::1'));
        const cat = await at.join(CAT, await at.webSocket());
        const packet = voicePacket({ token: ANN, sequence: 0 });
        ann.send(packet);
        for (const listener of [ben, cat]) expect(await listener.inbox.next()).toEqual(relayed(packet));
        const answer = voicePacket({ token: BEN, sequence: 0 });
        ben.send(answer);
        for (const listener of [ann, cat]) expect(await listener.inbox.next()).toEqual(relayed(answer));
      });

      it('takes a name for its host', async () => {
        at = await RelayHarness.start({ ...options, host: 'localhost' });
        expect(at.relay.port).toBeGreaterThan(0);
      });

      it('speaks TLS when it has a certificate', async () => {
        const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
          extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
        });
        at = await RelayHarness.start({ ...options, tls: { cert, key } });
        const ann = await at.join(ANN, await at.udp());
        const ben = await at.join(
          BEN,
          await at.webSocket({ url: `wss://localhost:${at.relay.port}/voice`, ca: cert, host: '127.0.0.1' }),
        );
        const packet = voicePacket({ token: ANN, sequence: 0 });
        ann.send(packet);
        expect(await ben.inbox.next()).toEqual(relayed(packet));
      });
    });

    describe('that cannot start', () => {
      async function refusal(changes: Partial<RelayOptions>): Promise<string> {
        at = new RelayHarness({ ...options, ...changes });
        const failed = at.event('failed');
        const error: unknown = await at.relay.start().catch((reason: unknown) => reason);
        if (!SwitchboardError.is(error)) throw new Error('it started');
        expect(await failed).toEqual({ type: 'failed', message: error.message });
        return error.message;
      }

      it('says that the UDP port is in use, and lets go of the TCP port', async () => {
        const port = await freePort();
        const other = createSocket('udp4').bind(port, '127.0.0.1');
        await once(other, 'listening');
        expect(await refusal({ port })).toBe(
          `UDP port ${port} on 127.0.0.1 is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`,
        );
        other.close();
        const free = createServer().listen(port, '127.0.0.1');
        await once(free, 'listening');
        free.close();
      });

      it('says that the TCP port is in use, and leaves the UDP port alone', async () => {
        const port = await freePort();
        const other = createServer().listen(port, '127.0.0.1');
        await once(other, 'listening');
        expect(await refusal({ port })).toBe(
          `TCP port ${port} on 127.0.0.1 is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`,
        );
        const free = createSocket('udp4').bind(port, '127.0.0.1');
        await once(free, 'listening');
        free.close();
        other.close();
      });

      it('says that the address is not of this machine', async () => {
        expect(await refusal({ host: '192.0.2.1' })).toBe(
          'Voice cannot listen on 192.0.2.1, which is no address of this machine. Set SWITCHBOARD_HOST to one that is.',
        );
      });

      it('says that the certificate cannot be used', async () => {
        expect(await refusal({ tls: { cert: 'none', key: 'none' } })).toContain('could not be opened');
      });
    });

    it('tries another free port when the first is free for TCP alone', async () => {
      const taken = await freePort();
      const other = createSocket('udp4').bind(taken, '127.0.0.1');
      await once(other, 'listening');
      let attempts = 0;
      at = new RelayHarness(options, (entry, setup) => {
        const first = entry === 'relay-thread' && attempts++ === 0;
        return spawnThread(entry, first ? { ...setup, at: { ...setup.at, port: taken } } : setup);
      });
      await at.relay.start();
      // The next port is free as a rule, not always: other programs use some.
      expect(attempts).toBeGreaterThan(options.threads ?? 1);
      expect(at.relay.port).not.toBe(taken);
      await at.join(ANN, await at.udp());
      await at.join(BEN, await at.webSocket());
      other.close();
    });

    it('lets go of all ports when it has stopped, so that it can start anew', async () => {
      const port = await freePort();
      at = await RelayHarness.start({ ...options, port });
      await at.stop();
      at = await RelayHarness.start({ ...options, port });
      await at.join(ANN, await at.udp());
      await at.join(BEN, await at.webSocket());
      expect(at.relay.port).toBe(port);
    });
  });
}
