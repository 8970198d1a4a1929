import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import { remoteNetwork } from '../common/remote-network.ts';

/** Says whether an address is that of a proxy whose word counts. */
export type TrustedProxies = (address: string) => boolean;

/** From addresses, CIDRs and the word `loopback`; none trusts nobody. @throws TypeError for anything else */
export function trustedProxies(addresses: readonly string[]): TrustedProxies {
  const trust = proxyAddr.compile(addresses);
  return (address) => trust(address, 0);
}

/**
 * Where a request comes from: the peer, or, where that is a trusted proxy, the last address in `X-Forwarded-For` that is not one. What
 * a caller writes there by itself stands before that and does not count. Empty where the peer is gone already.
 */
export function callerAddress(request: IncomingMessage, trusted: TrustedProxies): string {
  const peer = request.socket.remoteAddress ?? '';
  if (peer === '') return '';
  const address = proxyAddr(request, trusted);
  // A proxy may write `unknown`, or a port behind the address: then there is nothing to tell its callers apart by.
  return isIP(address) === 0 ? peer : address;
}

/**
 * By which limits per address count a request; undefined for this machine itself, by whichever of its addresses it comes. A proxy on it
 * that is not trusted is not meant: it says that it passes on somebody else's request.
 */
export function callerNetwork(request: IncomingMessage, trusted: TrustedProxies): string | undefined {
  const { remoteAddress, localAddress } = request.socket;
  const isOwn = remoteAddress === localAddress && request.headers['x-forwarded-for'] === undefined;
  return isOwn ? undefined : remoteNetwork(callerAddress(request, trusted));
}
