import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoiceCipher, type CryptSetup } from './voice-cipher.ts';

const setup: CryptSetup = {
  key: new Uint8Array(16).fill(7),
  clientNonce: new Uint8Array(16).fill(0xff),
  serverNonce: new Uint8Array(16).fill(0x55),
};

/** The server's side of the same key. */
function serverOf({ key, clientNonce, serverNonce }: CryptSetup): VoiceCipher {
  return new VoiceCipher({ key, clientNonce: serverNonce, serverNonce: clientNonce });
}

function sealed(cipher: VoiceCipher, text: string): Uint8Array {
  const out = new Uint8Array(200);
  return out.slice(0, cipher.seal(Buffer.from(text), out));
}

describe('VoiceCipher', () => {
  it('opens packets in turn, over the end of the counter', () => {
    const [client, server] = [new VoiceCipher(setup), serverOf(setup)];
    for (let packet = 1; packet <= 600; packet++) {
      expect(Buffer.from(server.open(sealed(client, `word ${packet}`), packet)).toString()).toBe(`word ${packet}`);
    }
  });

  it('opens one that follows many others, also where some of those were lost', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3_000 }), fc.nat({ max: 3_000 }), (received, lost) => {
        const [client, server] = [new VoiceCipher(setup), serverOf(setup)];
        for (let packet = 0; packet < received + lost; packet++) sealed(client, 'unopened');
        expect(Buffer.from(server.open(sealed(client, 'opened'), received + 1)).toString()).toBe('opened');
      }),
      { numRuns: 20 },
    );
  });

  it('opens one that was overtaken', () => {
    const [client, server] = [new VoiceCipher(setup), serverOf(setup)];
    const [early, late] = [sealed(client, 'early'), sealed(client, 'late')];
    expect(Buffer.from(server.open(late, 1)).toString()).toBe('late');
    expect(Buffer.from(server.open(early, 2)).toString()).toBe('early');
  });

  it('refuses a packet with a bit changed', () => {
    const [client, server] = [new VoiceCipher(setup), serverOf(setup)];
    const packet = sealed(client, 'changed on the way');
    packet[9]! ^= 4;
    expect(() => server.open(packet, 1)).toThrow('cannot be opened');
  });
});
