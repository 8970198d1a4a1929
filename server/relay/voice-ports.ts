import { lookup } from 'node:dns/promises';
import { SwitchboardError } from '@switchboard/protocol';
import type { RelayOptions } from './relay-options.ts';
import { UdpSocket } from './udp-socket.ts';
import type { ListenAddress, VoiceSocket, VoiceSocketEvents } from './voice-socket.ts';
import { WebSocketListener, type StreamEvents } from './websocket-listener.ts';

/** A port that is free for UDP is free for TCP too unless someone happens to use just that: a few tries are plenty. */
const FREE_PORT_ATTEMPTS = 20;

export interface VoicePorts {
  readonly port: number;
  readonly udp: VoiceSocket;
  readonly streams: WebSocketListener;
}

export type OpenVoiceSocket = (at: ListenAddress, events: VoiceSocketEvents) => Promise<VoiceSocket>;

/**
 * Opens the voice port: UDP, and TCP of the same number.
 * Rejects with a SwitchboardError whose sentence says what is in the way and what to change.
 */
export async function openVoicePorts(
  options: RelayOptions,
  datagramEvents: VoiceSocketEvents,
  streamEvents: StreamEvents,
  openSocket: OpenVoiceSocket = (at, events) => UdpSocket.open(at, events),
): Promise<VoicePorts> {
  const { address: host, family } = await lookup(options.host).catch((error: unknown) => {
    throw failure('voice', options, error);
  });
  const wanted: ListenAddress = { host, family: family === 6 ? 6 : 4, port: options.port };
  for (let attempt = 1; ; attempt++) {
    const udp = await openSocket(wanted, datagramEvents).catch((error: unknown) => {
      throw failure('UDP', options, error);
    });
    try {
      const streams = await WebSocketListener.open({ ...wanted, port: udp.port }, options.tls, streamEvents);
      return { port: udp.port, udp, streams };
    } catch (error) {
      await udp.close();
      const tryAnother = options.port === 0 && codeOf(error) === 'EADDRINUSE' && attempt < FREE_PORT_ATTEMPTS;
      if (!tryAnother) throw failure('TCP', { ...options, port: udp.port }, error);
    }
  }
}

function failure(transport: string, { host, port }: RelayOptions, cause: unknown): SwitchboardError {
  return new SwitchboardError('server.internal', sentence(transport, host, port, cause), { cause });
}

function sentence(transport: string, host: string, port: number, cause: unknown): string {
  switch (codeOf(cause)) {
    case 'EADDRINUSE':
      return `${transport} port ${port} on ${host} is in use by another program. Stop it, or set SWITCHBOARD_VOICE_PORT to a free port.`;
    case 'EACCES':
    case 'EPERM':
      return `${transport} port ${port} on ${host} may not be opened by this user. Set SWITCHBOARD_VOICE_PORT to 1024 or higher.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Voice cannot listen on ${host}, which is no address of this machine. Set SWITCHBOARD_HOST to one that is.`;
    default:
      return `The voice port ${port} on ${host} could not be opened: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
