import { once } from 'node:events';
import type { Server } from 'node:net';

/** A port could not be opened; says which setting to change. */
export class PortError extends Error {
  constructor(port: number, host: string, setting: string, cause: NodeJS.ErrnoException) {
    super(
      cause.code === 'EADDRINUSE'
        ? `Port ${String(port)} of ${host} is in use by another program. Stop that one, or choose another port with ${setting}.`
        : cause.code === 'EACCES'
          ? `Port ${String(port)} of ${host} may not be opened by this user. Choose one above 1023 with ${setting}.`
          : `Port ${String(port)} of ${host} could not be opened (${cause.message}). Check SWITCHBOARD_HOST and ${setting}.`,
      { cause },
    );
    this.name = 'PortError';
  }
}

/** Opens a TCP port. @throws PortError */
export async function listen(server: Server, port: number, host: string, setting: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new PortError(port, host, setting, error as NodeJS.ErrnoException);
  }
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
