import type { LaneOffers } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { hostOf, laneAddress } from './lane-address.ts';

const PORTS: LaneOffers = { udp: { port: 7702 }, websocket: { port: 7702 }, dataChannel: false };

describe('laneAddress', () => {
  it('is at the host of the control lane unless the server names another', () => {
    expect(laneAddress('udp', PORTS, '192.0.2.1', true)?.href).toBe('udp://192.0.2.1:7702');
    const elsewhere = { ...PORTS, udp: { host: 'voice.example.org', port: 9 } };
    expect(laneAddress('udp', elsewhere, '192.0.2.1', true)?.href).toBe('udp://voice.example.org:9');
  });

  it('gives the WebSocket TLS exactly if the control lane has it', () => {
    expect(laneAddress('websocket', PORTS, 'example.org', true)?.href).toBe('wss://example.org:7702/voice');
    expect(laneAddress('websocket', PORTS, 'example.org', false)?.href).toBe('ws://example.org:7702/voice');
  });

  it('takes a whole WebSocket address as it is', () => {
    const proxied = { ...PORTS, websocket: { port: 443, url: 'wss://proxy.example.org/v' } };
    expect(laneAddress('websocket', proxied, 'example.org', true)?.href).toBe('wss://proxy.example.org/v');
  });

  it.each(['::1', '[::1]'])('writes IPv6 in brackets, and hostOf takes them off: %s', (host) => {
    const address = laneAddress('udp', PORTS, host, false);
    expect(address?.href).toBe('udp://[::1]:7702');
    expect(address && hostOf(address)).toBe('::1');
  });

  it('is undefined for what is not on offer, or is no address for it', () => {
    expect(laneAddress('udp', { dataChannel: false }, 'h', false)).toBeUndefined();
    expect(laneAddress('datachannel', { ...PORTS, dataChannel: true }, 'h', false)).toBeUndefined();
    const odd = { ...PORTS, websocket: { port: 1, url: 'javascript:alert(1)' } };
    expect(laneAddress('websocket', odd, 'h', false)).toBeUndefined();
    expect(laneAddress('udp', PORTS, 'not a host', false)).toBeUndefined();
  });
});
