import { VOICE_PATH, type LaneKind, type LaneOffers } from '@switchboard/protocol';

/**
 * Where the relay offers a lane; undefined where it does not, or where the address it gave is none.
 *
 * @param controlHost host of the control lane, which the voice lanes share unless the server names another.
 * @param secure whether the control lane has TLS: then a stream has, too. UDP never does; its packets are sealed.
 * @returns `udp://host:port`, `ws://…` or `wss://…`.
 */
export function laneAddress(kind: LaneKind, offers: LaneOffers, controlHost: string, secure: boolean): URL | undefined {
  switch (kind) {
    case 'udp': {
      const { udp } = offers;
      return udp && parse(`udp://${bracketed(udp.host ?? controlHost)}:${udp.port}`, ['udp:']);
    }
    case 'websocket': {
      const { websocket } = offers;
      const own = websocket && `${secure ? 'wss' : 'ws'}://${bracketed(controlHost)}:${websocket.port}${VOICE_PATH}`;
      return own === undefined ? undefined : parse(websocket?.url ?? own, ['ws:', 'wss:']);
    }
    case 'datachannel':
      // It has no address: it is negotiated over the control lane, and no client does so yet.
      return undefined;
  }
}

/** The host of an address, without the brackets of IPv6. */
export function hostOf(address: URL): string {
  return address.hostname.replace(/^\[|\]$/g, '');
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

function parse(text: string, protocols: readonly string[]): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return protocols.includes(url.protocol) ? url : undefined;
}
