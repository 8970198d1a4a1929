import { Injectable } from '@nestjs/common';
import { isLoopback, ServerConfig } from '../config/server-config.ts';

/** Which pages may use this server. Native clients send no origin; their credentials are what counts. */
@Injectable()
export class OriginPolicy {
  readonly #allowed: ReadonlySet<string>;
  readonly #isLocal: boolean;
  readonly #proxyHostname: string | undefined;

  constructor(config: ServerConfig) {
    const { controlUrl } = config.publicLanes;
    this.#allowed = new Set(config.allowedOrigins);
    this.#isLocal = isLoopback(config.host);
    this.#proxyHostname = controlUrl === undefined ? undefined : new URL(controlUrl).hostname;
  }

  /** `host` is the one that the request was made to: the server's own page has the same host, whatever the port. */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined) return true;
    if (this.#allowed.has('*') || this.#allowed.has(origin)) return true;
    const hostname = host === undefined ? undefined : hostnameOf(host);
    return URL.canParse(origin) && new URL(origin).hostname === hostname && this.#isOurs(hostname);
  }

  /**
   * Whether it is a page of this very server, not of an allowed origin, nor of another port: a cookie is sent to all ports. A proxy may
   * pass the host without its port; then that is not compared.
   */
  isOwn(origin: string, host: string): boolean {
    if (!URL.canParse(origin)) return false;
    const page = new URL(origin);
    const asked = `${page.protocol}//${host}`;
    if (!URL.canParse(asked)) return false;
    const { hostname, port } = new URL(asked);
    const hasPort = /:\d+$/.test(host);
    return page.hostname === hostname && (!hasPort || page.port === port) && this.#isOurs(hostname);
  }

  /**
   * Only names of this machine lead to a server on loopback, or that of the proxy before it. Under any other name a page has had its
   * own name resolved to 127.0.0.1 to look like ours (DNS rebinding).
   */
  #isOurs(hostname: string): boolean {
    return !this.#isLocal || isLoopback(hostname.replace(/^\[|\]$/g, '')) || hostname === this.#proxyHostname;
  }
}

function hostnameOf(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}
