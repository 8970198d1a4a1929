import type { Translate } from '../calls/sentences.ts';
import { isReadableOnTheWay } from './server-address.ts';

/**
 * What stands in a box for a credential: where it goes, by the one name that a server cannot give itself.
 * @param problem why the last one was refused
 */
export function credentialPrompt(server: URL, problem: string | undefined, t: Translate): string {
  const where = isReadableOnTheWay(server)
    ? t('It is told to {0}, and others on the network can read it.', server.host)
    : t('It is told to {0}.', server.host);
  return problem === undefined ? where : `${problem} ${where}`;
}
