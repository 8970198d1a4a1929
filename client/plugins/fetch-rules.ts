import { MAX_PLUGIN_FETCH_BODY_BYTES, type PluginFetch } from '@switchboard/protocol';

const MAX_HEADERS = 32;
const MAX_HEADER_LENGTH = 4_096;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/**
 * The Fetch standard's forbidden request-headers, those that speak for a person's browser, and those of proxies. `Authorization` is no
 * person's: the plugin has its own.
 */
const FORBIDDEN = new Set([
  'accept-charset',
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'date',
  'dnt',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-real-ip',
]);
const FORBIDDEN_STARTS = ['access-control-', 'proxy-', 'sec-', 'x-forwarded-'];

/** Why a plugin's request is not sent, as a sentence for its author; undefined if it may be. @param hosts those of its manifest */
export function fetchFault({ method, url, headers, body }: PluginFetch, hosts: readonly string[]): string | undefined {
  return urlFault(url, hosts) ?? headersFault(headers) ?? bodyFault(method, body);
}

function urlFault(text: string, hosts: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return 'This is not an address.';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'Only https is possible.';
  if (url.username !== '' || url.password !== '') return 'The address must not hold a user or a password.';
  if (url.port !== '') return 'Only the port 443 is possible.';
  // A dot at the end is the same name to the DNS: no host of a manifest has one.
  return hosts.includes(url.hostname) ? undefined : `The manifest does not name the host ${url.hostname}.`;
}

function headersFault(headers: Readonly<Record<string, string>>): string | undefined {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) return `More than ${MAX_HEADERS} headers.`;
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name) || name.length > 100) return 'A header has a name that is none.';
    if (FORBIDDEN.has(lower) || FORBIDDEN_STARTS.some((start) => lower.startsWith(start))) {
      return `The header ${name} is not a plugin’s to set.`;
    }
    if (!FIELD_VALUE.test(value) || value.length > MAX_HEADER_LENGTH)
      return `The value of the header ${name} is not possible.`;
  }
  return undefined;
}

function bodyFault(method: string, body: string): string | undefined {
  if (body === '') return undefined;
  if (method === 'GET') return 'GET has no body.';
  if (new TextEncoder().encode(body).length <= MAX_PLUGIN_FETCH_BODY_BYTES) return undefined;
  return `The body is larger than ${MAX_PLUGIN_FETCH_BODY_BYTES / 1024} KiB.`;
}
