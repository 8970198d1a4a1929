import type { ClientState, Problem } from '@switchboard/client';

/**
 * What keeps a client from coming back until the person has looked at the server's new certificate; undefined where nothing does, or where
 * it was so before: each try meets the same.
 */
export function untrustedBetween(before: ClientState, after: ClientState): Problem | undefined {
  const problem = untrustedOf(after);
  return untrustedOf(before) === undefined ? problem : undefined;
}

function untrustedOf({ connection }: ClientState): Problem | undefined {
  if (connection.status !== 'reconnecting' || connection.problem?.code !== 'client.certificate_untrusted')
    return undefined;
  return connection.problem;
}
