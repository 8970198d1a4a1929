import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ServerConfig } from '../config/server-config.ts';
import { WebSocketClient } from '../relay/testing/voice-clients.ts';
import { RunningServer } from '../testing/running-server.ts';
import { CertificateError, ServerCertificate } from './server-certificate.ts';

const NOW_MS = Date.UTC(2030, 0, 1);
const YEAR_MS = 365 * 24 * 3_600_000;

describe('ServerCertificate', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'switchboard-'));
  });
  afterEach(() => rm(dataDir, { recursive: true }));

  function load(settings: Record<string, string>, nowMs = NOW_MS): Promise<ServerCertificate> {
    return ServerCertificate.load(ServerConfig.from({ SWITCHBOARD_DATA_DIR: dataDir, ...settings }), nowMs);
  }

  const made = { SWITCHBOARD_TLS: 'on' };

  it('is none on loopback', async () => {
    expect((await load({})).keyPair).toBeUndefined();
  });

  it('is made once, kept, and its key readable by its owner alone', async () => {
    const first = await load(made);
    expect(first.generatedFingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect((await load(made)).keyPair).toEqual(first.keyPair);
    expect((await stat(join(dataDir, 'certificate-key.pem'))).mode & 0o777).toBe(0o600);
  });

  it('is made anew shortly before its end', async () => {
    const first = await load(made);
    expect((await load(made, NOW_MS + 9 * YEAR_MS)).generatedFingerprint).toBe(first.generatedFingerprint);
    expect((await load(made, NOW_MS + 10 * YEAR_MS)).generatedFingerprint).not.toBe(first.generatedFingerprint);
  });

  it('is made anew when it was half written', async () => {
    const first = await load(made);
    await writeFile(
      join(dataDir, 'certificate.pem'),
      (await readFile(join(dataDir, 'certificate.pem'))).subarray(0, 99),
    );
    expect((await load(made)).generatedFingerprint).not.toBe(first.generatedFingerprint);
  });

  it('is the one given, of which no fingerprint needs comparing', async () => {
    const { keyPair } = await load(made);
    const given = {
      SWITCHBOARD_TLS_CERT: join(dataDir, 'certificate.pem'),
      SWITCHBOARD_TLS_KEY: join(dataDir, 'certificate-key.pem'),
    };
    expect(await load(given)).toMatchObject({ keyPair, generatedFingerprint: undefined });
  });

  it('is refused with a sentence when key and certificate do not belong together', async () => {
    await load(made);
    const certFile = join(dataDir, 'given.pem');
    await writeFile(certFile, await readFile(join(dataDir, 'certificate.pem')));
    await rm(join(dataDir, 'certificate.pem'));
    await load(made);
    const given = { SWITCHBOARD_TLS_CERT: certFile, SWITCHBOARD_TLS_KEY: join(dataDir, 'certificate-key.pem') };
    await expect(load(given)).rejects.toThrow(CertificateError);
    await expect(load({ ...given, SWITCHBOARD_TLS_KEY: certFile })).rejects.toThrow('SWITCHBOARD_TLS_KEY');
  });

  it('is what all three ports speak TLS with', async () => {
    await using at = await RunningServer.start(made);
    const { web, control, voice } = at.server.ports;
    for (const port of [web, control, voice]) {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      expect(socket.getPeerX509Certificate()?.fingerprint256).toBe(at.server.certificate.generatedFingerprint);
      socket.destroy();
    }
    const client = await at.connect({ secure: true, rejectUnauthorized: false });
    await client.hello({ type: 'guest', nickname: 'Ada' });
    const lane = await WebSocketClient.open(voice, {
      url: `wss://127.0.0.1:${String(voice)}/voice`,
      rejectUnauthorized: false,
    });
    await lane.close();
    await at.closeClients();
  });
});
