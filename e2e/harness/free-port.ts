import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of loopback that was free a moment ago, for what must come back on the same one after a restart. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('a listening socket has a port');
  const closed = once(listener, 'close');
  listener.close();
  await closed;
  return address.port;
}
