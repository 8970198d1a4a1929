import { freePort } from '../../e2e/harness/free-port.ts';

/**
 * Settings for a server that closes its ports and comes back on them. What the system hands out for port 0 it may hand out to
 * somebody else in between: to another test, or to the very client that tries to come back.
 */
export async function lastingPorts(): Promise<Record<string, string>> {
  const ports = new Set<number>();
  while (ports.size < 3) ports.add(await freePort());
  const [web, control, voice] = [...ports].map(String) as [string, string, string];
  return { SWITCHBOARD_WEB_PORT: web, SWITCHBOARD_CONTROL_PORT: control, SWITCHBOARD_VOICE_PORT: voice };
}
