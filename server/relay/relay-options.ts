/** Certificate chain and private key, PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** How a relay is started. It crosses into threads: data only. */
export interface RelayOptions {
  /** A name or an address of this machine. */
  readonly host: string;
  /** UDP, and TCP of the same number for the WebSocket lane; 0 for any that is free in both. */
  readonly port: number;
  /** For the WebSocket lane; undefined for plain connections. */
  readonly tls: TlsMaterial | undefined;
  /** `batched`: many packets a system call (Linux); `portable`: one. `auto` takes the first where it works. */
  readonly socket: 'auto' | 'batched' | 'portable';
  /** How many threads share the voice port, 1 to MAX_RELAY_THREADS; undefined for as many as suit the machine. Portable: one. */
  readonly threads: number | undefined;
}

export const MAX_RELAY_THREADS = 16;
