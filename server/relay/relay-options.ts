/** Certificate chain and private key, PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** How a relay is started. It crosses into the worker thread: data only. */
export interface RelayOptions {
  /** A name or an address of this machine. */
  readonly host: string;
  /** UDP, and TCP of the same number for the WebSocket lane; 0 for any that is free in both. */
  readonly port: number;
  /** For the WebSocket lane; undefined for plain connections. */
  readonly tls: TlsMaterial | undefined;
}
