import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import * as v from 'valibot';
import { trustedProxies, type TrustedProxies } from '../api/caller-address.ts';
import { MAX_RELAY_THREADS, type RelayOptions } from '../relay/relay-options.ts';

/*
 * The configuration: environment variables, read once, checked once, all faults named at once.
 * `SETTINGS` is the source of this table, which `README.md` has for people.
 *
 * | variable (`SWITCHBOARD_…`)  | default     | meaning                                                                          |
 * |-----------------------------|-------------|----------------------------------------------------------------------------------|
 * | `HOST`                      | `127.0.0.1` | address to listen on; `0.0.0.0` or `::` opens the server to others               |
 * | `WEB_PORT`                  | `7700`      | page, dashboard, REST API, metrics; 0 for any free port, as for the next two     |
 * | `CONTROL_PORT`              | `7701`      | control lane: a WebSocket at `/control`                                          |
 * | `VOICE_PORT`                | `7702`      | voice lane: UDP, and TCP of the same number for the WebSocket lane at `/voice`   |
 * | `DATA_DIR`                  | `data`      | folder of the database, of secrets and of a certificate made here                |
 * | `NAME`                      | Switchboard | what people call this server; what the dashboard sets comes before it            |
 * | `ALLOWED_ORIGINS`           | none        | other pages that may use and frame the server, separated by commas; `*` for all  |
 * | `TRUSTED_PROXIES`           | none        | whose `X-Forwarded-For` counts: addresses, CIDRs, `loopback`, separated by commas |
 * | `TLS`                       | `auto`      | `auto`: off on loopback, else on; `on`; `off` when a proxy does it               |
 * | `TLS_CERT`, `TLS_KEY`       | made here   | certificate chain and private key, PEM files                                     |
 * | `CONTROL_URL`               | from ports  | public address of the control lane, if a proxy stands before it                  |
 * | `VOICE_WS_URL`              | from ports  | the same for the WebSocket voice lane                                            |
 * | `VOICE_UDP_HOST`            | as control  | public host of the UDP voice lane                                                |
 * | `VOICE_UDP_PORT`            | as listened | its public port                                                                  |
 * | `VOICE_SOCKET`              | `auto`      | `batched` (Linux: many packets a system call), `portable`, or what works: `auto`  |
 * | `VOICE_THREADS`             | half of cores, 8 at most | threads that share the UDP port, 1 to 16; with the portable socket always 1 |
 * | `GUESTS`                    | `on`        | whether people may come in by a nickname alone; the dashboard comes before it    |
 * | `MAX_SESSIONS`              | `1000`      | people at once                                                                   |
 * | `MAX_SESSIONS_PER_ADDRESS`  | `100`       | people at once, and hellos a minute, from one address (IPv6: one /64); loopback is exempt |
 * | `WEB_ROOT`                  | built in    | folder of another page to serve                                                  |
 * | `LOG_LEVEL`                 | `log`       | `error`, `warn`, `log` or `debug`; what the dashboard sets comes before it       |
 * | `LOG_FORMAT`                | `text`      | `json`: one JSON object a line, for programs                                     |
 * | `WEBHOOKS_PRIVATE`          | `off`       | `on`: webhooks may go to loopback and private addresses                          |
 */

const port = v.pipe(
  v.string(),
  v.regex(/^\d+$/, 'a port: a whole number from 0 to 65535'),
  v.transform(Number),
  v.maxValue(65_535, 'a port: a whole number from 0 to 65535'),
);
/** One to tell others: not "any that is free". */
const publicPort = v.pipe(port, v.minValue(1, 'a port: a whole number from 1 to 65535'));
const count = (what: string) =>
  v.pipe(v.string(), v.regex(/^[1-9]\d{0,6}$/, `${what}: a whole number from 1 to 9999999`), v.transform(Number));
const voiceThreads = v.pipe(
  v.string(),
  v.regex(/^\d{1,2}$/, `threads: a whole number from 1 to ${MAX_RELAY_THREADS}`),
  v.transform(Number),
  v.minValue(1, `threads: a whole number from 1 to ${MAX_RELAY_THREADS}`),
  v.maxValue(MAX_RELAY_THREADS, `threads: a whole number from 1 to ${MAX_RELAY_THREADS}`),
);
const oneOf = <const T extends readonly string[]>(...values: T) => v.picklist(values, `one of ${values.join(', ')}`);
const address = (protocols: readonly string[], what: string) =>
  v.pipe(
    v.string(),
    v.check((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), what),
  );
const host = v.pipe(
  v.string(),
  v.check((text) => isIP(text) !== 0 || text === 'localhost', 'an IP address of this machine, or localhost'),
);
const list = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
);
const originList = v.pipe(
  list,
  v.array(
    v.pipe(
      v.string(),
      v.check(
        (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
        'origins as browsers send them, separated by commas, such as https://www.example.org; or *',
      ),
    ),
  ),
);
const proxyList = v.pipe(
  list,
  v.rawTransform(({ dataset, addIssue, NEVER }): TrustedProxies => {
    try {
      return trustedProxies(dataset.value);
    } catch (cause) {
      if (!(cause instanceof TypeError)) throw cause;
      addIssue({ message: 'addresses of proxies, separated by commas, such as 192.0.2.7, 10.0.0.0/8 or loopback' });
      return NEVER;
    }
  }),
);
const existingFile = v.pipe(
  v.string(),
  v.check((path) => existsSync(path), 'the path of something that exists'),
);
const text = v.pipe(v.string(), v.trim(), v.minLength(1, 'not empty'), v.maxLength(64, 'at most 64 characters'));

const SETTINGS = v.object({
  HOST: v.optional(host, '127.0.0.1'),
  WEB_PORT: v.optional(port, '7700'),
  CONTROL_PORT: v.optional(port, '7701'),
  VOICE_PORT: v.optional(port, '7702'),
  DATA_DIR: v.optional(v.pipe(v.string(), v.minLength(1, 'a folder')), 'data'),
  NAME: v.optional(text, 'Switchboard'),
  ALLOWED_ORIGINS: v.optional(originList, ''),
  TRUSTED_PROXIES: v.optional(proxyList, ''),
  TLS: v.optional(oneOf('auto', 'on', 'off'), 'auto'),
  TLS_CERT: v.optional(existingFile),
  TLS_KEY: v.optional(existingFile),
  CONTROL_URL: v.optional(address(['ws:', 'wss:'], 'an address that begins with wss:// or ws://')),
  VOICE_WS_URL: v.optional(address(['ws:', 'wss:'], 'an address that begins with wss:// or ws://')),
  VOICE_UDP_HOST: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9.:-]+$/, 'a host name or an IP address'))),
  VOICE_UDP_PORT: v.optional(publicPort),
  VOICE_SOCKET: v.optional(oneOf('auto', 'batched', 'portable'), 'auto'),
  VOICE_THREADS: v.optional(voiceThreads),
  GUESTS: v.optional(oneOf('on', 'off'), 'on'),
  MAX_SESSIONS: v.optional(count('sessions'), '1000'),
  MAX_SESSIONS_PER_ADDRESS: v.optional(count('sessions'), '100'),
  WEB_ROOT: v.optional(existingFile),
  LOG_LEVEL: v.optional(oneOf('error', 'warn', 'log', 'debug'), 'log'),
  LOG_FORMAT: v.optional(oneOf('text', 'json'), 'text'),
  WEBHOOKS_PRIVATE: v.optional(oneOf('on', 'off'), 'off'),
});

const PREFIX = 'SWITCHBOARD_';
/** Kubernetes sets `SWITCHBOARD_SERVICE_HOST`, `SWITCHBOARD_PORT_7700_TCP` and more beside a service called switchboard. */
const BY_KUBERNETES = /^(SERVICE_(HOST|PORT)|PORT(_\d+_|$))/;
/** Their values are never shown. */
const SECRET = new Set(['TLS_KEY']);

export class ServerConfig {
  readonly host: string;
  readonly webPort: number;
  readonly controlPort: number;
  readonly voicePort: number;
  readonly dataDir: string;
  /** What people call this server. */
  readonly name: string;
  /** Pages of these origins may use the server besides its own. */
  readonly allowedOrigins: readonly string[];
  /** Proxies that stand before the server: they say where a request comes from. */
  readonly trustedProxies: TrustedProxies;
  readonly tls:
    | { readonly mode: 'off' }
    | { readonly mode: 'given'; readonly certFile: string; readonly keyFile: string }
    | { readonly mode: 'generated' };
  /** Where clients find the lanes if a proxy or a NAT stands before the server. */
  readonly publicLanes: {
    readonly controlUrl: string | undefined;
    readonly voiceWebSocketUrl: string | undefined;
    readonly voiceUdpHost: string | undefined;
    readonly voiceUdpPort: number | undefined;
  };
  /** How voice travels by UDP: `RelayOptions`. */
  readonly voiceSocket: RelayOptions['socket'];
  readonly voiceThreads: number | undefined;
  readonly guests: boolean;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  /** The built page; undefined for the one that comes with this version. */
  readonly webRoot: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'log' | 'debug';
  readonly logFormat: 'text' | 'json';
  /** Whether webhooks may go to addresses that only this machine or its network reaches. */
  readonly webhooksPrivate: boolean;

  private constructor(settings: v.InferOutput<typeof SETTINGS>) {
    this.host = settings.HOST;
    this.webPort = settings.WEB_PORT;
    this.controlPort = settings.CONTROL_PORT;
    this.voicePort = settings.VOICE_PORT;
    this.dataDir = resolve(settings.DATA_DIR);
    this.name = settings.NAME;
    this.allowedOrigins = settings.ALLOWED_ORIGINS;
    this.trustedProxies = settings.TRUSTED_PROXIES;
    this.tls = tlsOf(settings);
    this.publicLanes = {
      controlUrl: settings.CONTROL_URL,
      voiceWebSocketUrl: settings.VOICE_WS_URL,
      voiceUdpHost: settings.VOICE_UDP_HOST,
      voiceUdpPort: settings.VOICE_UDP_PORT,
    };
    this.voiceSocket = settings.VOICE_SOCKET;
    this.voiceThreads = settings.VOICE_THREADS;
    this.guests = settings.GUESTS === 'on';
    this.maxSessions = settings.MAX_SESSIONS;
    this.maxSessionsPerAddress = settings.MAX_SESSIONS_PER_ADDRESS;
    this.webRoot = settings.WEB_ROOT === undefined ? undefined : resolve(settings.WEB_ROOT);
    this.logLevel = settings.LOG_LEVEL;
    this.logFormat = settings.LOG_FORMAT;
    this.webhooksPrivate = settings.WEBHOOKS_PRIVATE === 'on';
  }

  /** The same on these ports: those that were found where any free one would do. */
  listeningOn({ web, control, voice }: { web: number; control: number; voice: number }): ServerConfig {
    const ports = { webPort: web, controlPort: control, voicePort: voice };
    return Object.assign(Object.create(ServerConfig.prototype) as ServerConfig, this, ports);
  }

  /** @throws ConfigError that names every variable at fault. */
  static from(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
    const given: Record<string, string> = {};
    const faults: string[] = [];
    for (const [name, value] of Object.entries(environment)) {
      if (!name.startsWith(PREFIX) || value === undefined || value === '') continue;
      const setting = name.slice(PREFIX.length);
      if (Object.hasOwn(SETTINGS.entries, setting)) given[setting] = value;
      else if (BY_KUBERNETES.test(setting)) continue;
      else faults.push(`${name} is not a setting of this version.`);
    }
    const checked = v.safeParse(SETTINGS, given);
    if (!checked.success) {
      for (const issue of checked.issues) {
        const setting = v.getDotPath(issue)?.split('.', 1)[0] ?? '';
        const shown = SECRET.has(setting) ? 'its value' : JSON.stringify(given[setting]);
        faults.push(`${PREFIX}${setting}: ${shown} is not ${issue.message}.`);
      }
    } else if ((checked.output.TLS_CERT === undefined) !== (checked.output.TLS_KEY === undefined)) {
      faults.push(`${PREFIX}TLS_CERT and ${PREFIX}TLS_KEY belong together: give both, or neither.`);
    }
    if (faults.length > 0 || !checked.success) throw new ConfigError(faults);
    return new ServerConfig(checked.output);
  }
}

/** Says all that is wrong at once, so that it is mended at once. */
export class ConfigError extends Error {
  constructor(faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Whether this address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function tlsOf(settings: v.InferOutput<typeof SETTINGS>): ServerConfig['tls'] {
  if (settings.TLS === 'off') return { mode: 'off' };
  if (settings.TLS_CERT !== undefined && settings.TLS_KEY !== undefined) {
    return { mode: 'given', certFile: settings.TLS_CERT, keyFile: settings.TLS_KEY };
  }
  return settings.TLS === 'auto' && isLoopback(settings.HOST) ? { mode: 'off' } : { mode: 'generated' };
}
