import { SwitchboardError } from '@switchboard/protocol';

/** Of a raw Ed25519 signature (RFC 8032), which `plugin.sig` is. */
export const SIGNATURE_BYTES = 64;

/** @throws SwitchboardError `client.insecure_page` */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const { subtle } = crypto;
  if (subtle === undefined) throw insecure();
  const hash = new Uint8Array(await subtle.digest('SHA-256', bytes.slice()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Whether the publisher has signed these bytes.
 * @param publisher the Ed25519 public key, in hex
 * @throws SwitchboardError `client.insecure_page`; `plugin.signature_wrong` where signatures of this kind are unknown
 */
export async function isSignedBy(publisher: string, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const { subtle } = crypto;
  if (subtle === undefined) throw insecure();
  const rawKey = Uint8Array.from({ length: publisher.length / 2 }, (_, index) =>
    Number.parseInt(publisher.slice(2 * index, 2 * index + 2), 16),
  );
  try {
    const key = await subtle.importKey('raw', rawKey, 'Ed25519', false, ['verify']);
    return await subtle.verify('Ed25519', key, signature.slice(), bytes.slice());
  } catch (cause) {
    // A key that is no point of the curve is the package's fault; Ed25519 unknown is not.
    if (!(cause instanceof Error) || cause.name !== 'NotSupportedError') return false;
    throw new SwitchboardError(
      'plugin.signature_wrong',
      'The plugin’s signature cannot be checked by this browser. Update the browser.',
      { cause },
    );
  }
}

function insecure(): SwitchboardError {
  return new SwitchboardError(
    'client.insecure_page',
    'Browsers allow to check plugins on secure pages only. Open this page with https.',
  );
}
