import { createHmac } from 'node:crypto';

export const SIGNATURE_HEADER = 'Switchboard-Signature';

/**
 * `t=…,v1=…`: the time of sending in seconds since 1970, and the HMAC-SHA256 of `${t}.${body}` in hexadecimal. As the time is signed
 * too, a receiver can refuse what is old, and with it what was recorded and is sent again.
 */
export function signatureOf(secret: string, epochMs: number, body: string): string {
  const time = Math.floor(epochMs / 1_000);
  const hmac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return `t=${time},v1=${hmac}`;
}
