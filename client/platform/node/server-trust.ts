import { SwitchboardError } from '@switchboard/protocol';
import type { ClientRequestArgs } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/*
 * Whom to believe. By default whoever the system's authorities vouch for; with a fingerprint, exactly the server whose
 * certificate has it, and nobody else: people who host for themselves have no authority behind them.
 */

/** SHA-256 of the certificate in hexadecimal, with or without colons. */
export interface ServerTrust {
  readonly fingerprint: string;
}

const FINGERPRINT_DIGITS = 64;

/** What OpenSSL and Node call a certificate that nobody vouches for, or for another name or time. */
const UNTRUSTED_CODES: readonly string[] = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/** In the form that Node uses, `AB:CD:…`; undefined if it is no SHA-256 fingerprint. */
export function normalizedFingerprint(text: string): string | undefined {
  const digits = text.replaceAll(/[:\s]/g, '').toUpperCase();
  if (digits.length !== FINGERPRINT_DIGITS || !/^[0-9A-F]+$/.test(digits)) return undefined;
  return digits.match(/../g)?.join(':');
}

export function isUntrusted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNTRUSTED_CODES.includes(String(error.code));
}

/** @param shown the fingerprint of the certificate that came, where it is known. */
export function untrusted(shown: string | undefined, cause?: unknown): SwitchboardError {
  const message =
    shown === undefined
      ? undefined
      : `The server’s certificate is not trusted. Its fingerprint is ${shown}: ` +
        'compare it with the one that the server printed at its start, and if it is the same, give it as --fingerprint.';
  return new SwitchboardError('client.certificate_untrusted', message, { cause });
}

function notPinned(shown: string | undefined): SwitchboardError {
  const message =
    'The server shows another certificate than the one with the fingerprint that you gave' +
    `${shown === undefined ? '' : `: ${shown}`}. Ask its operator which one is right before you go on.`;
  return new SwitchboardError('client.certificate_untrusted', message);
}

/** The part of `http.request`'s options (and of the WebSocket client's) that says how a connection is made. */
export interface ConnectionMaker {
  readonly createConnection?: ClientRequestArgs['createConnection'];
}

/**
 * For a request by TLS: the system's trust without `trust`, else connections are handed over only after the certificate shown
 * was found to be the pinned one. Nothing is sent to anybody else.
 */
export function trustedConnections(trust: ServerTrust | undefined): ConnectionMaker {
  if (trust === undefined) return {};
  const pinned = normalizedFingerprint(trust.fingerprint);
  return {
    createConnection: (args, oncreate) => {
      const socket = connectUnverified(args.host ?? 'localhost', Number(args.port));
      socket.once('error', (error: Error) => oncreate(error, socket));
      socket.once('secureConnect', () => {
        const shown = fingerprintOf(socket);
        if (pinned !== undefined && shown === pinned) {
          socket.removeAllListeners('error');
          oncreate(null, socket);
        } else {
          socket.destroy(notPinned(shown));
        }
      });
      return undefined;
    },
  };
}

/** The fingerprint of the certificate that a server shows, whoever it is; undefined if it shows none. */
export function shownFingerprint(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectUnverified(host, port);
    socket.setTimeout(5_000, () => socket.destroy());
    socket.once('secureConnect', () => {
      resolve(fingerprintOf(socket));
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}

function connectUnverified(hostname: string, port: number): TLSSocket {
  const host = hostname.replace(/^\[|\]$/g, '');
  const options: ConnectionOptions = { host, port, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] };
  // A server name is a name (RFC 6066, section 3).
  return connect(isIP(host) === 0 ? { ...options, servername: host } : options);
}

function fingerprintOf(socket: TLSSocket & Socket): string | undefined {
  const { fingerprint256 } = socket.getPeerCertificate();
  return fingerprint256 === '' ? undefined : fingerprint256;
}
