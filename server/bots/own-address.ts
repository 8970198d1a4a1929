/** How this machine reaches what listens on `host`, as a part of an address: everywhere is on loopback, too. */
export function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
