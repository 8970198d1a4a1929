import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { ServerConfig } from '../config/server-config.ts';

const CERT_FILE = 'certificate.pem';
const KEY_FILE = 'certificate-key.pem';
const VALID_YEARS = 10;
/** One of our own is replaced when it has less than this left. */
const RENEW_BEFORE_MS = 30 * 24 * 3_600_000;

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** What the ports speak TLS with, if they do. */
export class ServerCertificate {
  readonly keyPair: KeyPair | undefined;
  /** SHA-256 of a certificate that this server made itself: what people compare, as nobody else vouches for it. */
  readonly generatedFingerprint: string | undefined;

  private constructor(keyPair: KeyPair | undefined, generatedFingerprint: string | undefined) {
    this.keyPair = keyPair;
    this.generatedFingerprint = generatedFingerprint;
  }

  /** Reads the given certificate; makes one at the first start where none is given, and keeps it in the data folder. */
  static async load(config: ServerConfig, nowMs: number): Promise<ServerCertificate> {
    switch (config.tls.mode) {
      case 'off':
        return new ServerCertificate(undefined, undefined);
      case 'given': {
        const { certFile, keyFile } = config.tls;
        return new ServerCertificate(await readPair(certFile, keyFile), undefined);
      }
      case 'generated': {
        const kept = (await readKept(config.dataDir, nowMs)) ?? (await make(config.dataDir, nowMs));
        return new ServerCertificate(kept, new X509Certificate(kept.cert).fingerprint256);
      }
    }
  }
}

/** The certificate or key given cannot be used. */
export class CertificateError extends Error {
  constructor(cause: unknown) {
    super(
      'The certificate cannot be used: check that SWITCHBOARD_TLS_CERT and SWITCHBOARD_TLS_KEY are PEM files that belong together.',
      { cause },
    );
    this.name = 'CertificateError';
  }
}

async function readPair(certFile: string, keyFile: string): Promise<KeyPair> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    const fits = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    if (!fits) throw new Error('the key belongs to another certificate');
    return { cert, key };
  } catch (error) {
    throw new CertificateError(error);
  }
}

/** Undefined if there is none, it is near its end, or it was half written when the machine stopped. */
async function readKept(dataDir: string, nowMs: number): Promise<KeyPair | undefined> {
  try {
    const kept = await readPair(join(dataDir, CERT_FILE), join(dataDir, KEY_FILE));
    const expiresMs = new X509Certificate(kept.cert).validToDate.getTime();
    return expiresMs - nowMs > RENEW_BEFORE_MS ? kept : undefined;
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
}

async function make(dataDir: string, nowMs: number): Promise<KeyPair> {
  const notAfterDate = new Date(nowMs);
  notAfterDate.setFullYear(notAfterDate.getFullYear() + VALID_YEARS);
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Switchboard' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - 3_600_000),
    notAfterDate,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }, ...ownAddresses()] }],
  });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, KEY_FILE), key, { mode: 0o600 });
  await writeFile(join(dataDir, CERT_FILE), cert, { mode: 0o644 });
  return { cert, key };
}

function ownAddresses(): { type: 7; ip: string }[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address }) => !address.includes('%'))
    .map(({ address }) => ({ type: 7, ip: address }));
}
