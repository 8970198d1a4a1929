/** Where a server listens unless told otherwise. */
const DEFAULT_PORT = 7700;

/**
 * The addresses that somebody may mean who typed this, in the order in which to try them; none where it cannot be an address.
 * Without a scheme it is https, but on this machine: nobody shall be led from https to http by blocking it.
 */
export function addressCandidates(typed: string): readonly URL[] {
  const text = typed.trim();
  if (text === '') return [];
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) {
    const url = originOf(text);
    return url === undefined ? [] : [url];
  }
  const bare = originOf(`https://${text}`);
  if (bare === undefined) return [];
  const named = /:\d+$/.test(text.split(/[/?#]/, 1)[0] ?? '');
  const schemes = isLoopback(bare.hostname) ? (['http', 'https'] as const) : (['https'] as const);
  const hosts = named ? [hostOf(text)] : [bare.hostname, `${bare.hostname}:${DEFAULT_PORT}`];
  // At home it is rather the server's own port than the web's.
  const ordered = isLoopback(bare.hostname) ? hosts.toReversed() : hosts;
  return schemes.flatMap((scheme) => ordered.flatMap((host) => originOf(`${scheme}://${host}`) ?? []));
}

/** The origin of an address by http or https, without path and credentials; undefined for any other. */
export function originOf(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, origin, hostname } = new URL(address);
  if ((protocol !== 'http:' && protocol !== 'https:') || hostname === '') return undefined;
  return new URL(origin);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

export function portOf({ protocol, port }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? HTTPS_PORT : HTTP_PORT;
}

/** Which of the doors of a machine is meant, also where it is the usual one. */
export function doorOf(address: URL): string {
  return `${address.hostname}:${portOf(address)}`;
}

/** Whether what is said to it can be read and changed on the way. */
export function isReadableOnTheWay({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isLoopback(hostname);
}

/** With the port as typed: `https://host:443` would lose it, and http means another there. */
function hostOf(text: string): string {
  return text.split(/[/?#]/, 1)[0]?.replace(/^.*@/, '') ?? '';
}
