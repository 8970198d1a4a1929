import { readFileSync } from 'node:fs';

/**
 * The receive buffer that every target is measured with, in bytes as the kernel counts them: its default, which mumble-server
 * does not change. A larger one turns overload into seconds of delay without loss.
 */
export function receiveBufferBytes(): number {
  return Number(readFileSync('/proc/sys/net/core/rmem_default', 'utf8'));
}
