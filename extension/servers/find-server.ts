import { SwitchboardError, type ErrorCode } from '@switchboard/client';
import { checkDiscovery, DISCOVERY_PATH, PROTOCOL_VERSION } from '@switchboard/protocol';
import { fetchJson, shownFingerprint, type ServerTrust } from '@switchboard/client/host';
import { portOf } from './server-address.ts';

/** A server that answers, and what it says of itself. */
export interface FoundServer {
  readonly address: URL;
  readonly name: string;
  /** Whether one may come in by a nickname alone. */
  readonly guests: boolean;
  /** Of the certificate that was believed on a person's word. */
  readonly fingerprint?: string;
}

/**
 * Asks whether the person believes a certificate that nobody vouches for.
 * @param before of the certificate that was believed until now, where there was one
 */
export type AskForTrust = (address: URL, fingerprint: string, before?: string) => Promise<boolean>;

const UNTRUSTED = 'client.certificate_untrusted';
/** After these, the next address may be the one that was meant. */
const GOES_ON: readonly ErrorCode[] = ['client.unreachable', 'client.not_a_switchboard', UNTRUSTED];

/**
 * The first of the addresses at which a Switchboard server answers. The person is asked about certificates only where none does that
 * somebody vouches for: a machine has other pages, too, which are none of this.
 * @throws SwitchboardError `client.certificate_untrusted` where the person said no; else why the first did not answer, where none does
 */
export async function findServer(candidates: readonly URL[], ask: AskForTrust): Promise<FoundServer> {
  const refusals = new Map<URL, SwitchboardError>();
  for (const address of candidates) {
    const found = await attempt(discover(address, undefined));
    if (!SwitchboardError.is(found)) return found;
    refusals.set(address, found);
  }
  for (const [address, { code }] of refusals) {
    if (code !== UNTRUSTED) continue;
    const found = await attempt(askServer(address, ask));
    if (!SwitchboardError.is(found)) return found;
    refusals.set(address, found);
  }
  const [first, ...others] = refusals.values();
  throw others.find(({ code }) => code === UNTRUSTED) ?? first ?? nothingThere();
}

/** @returns why not, where the next address may be the one that was meant: a server of another version is it already */
async function attempt(asking: Promise<FoundServer>): Promise<FoundServer | SwitchboardError> {
  try {
    return await asking;
  } catch (error) {
    if (SwitchboardError.is(error) && GOES_ON.includes(error.code)) return error;
    throw error;
  }
}

function nothingThere(): SwitchboardError {
  return new SwitchboardError('client.not_a_switchboard');
}

/**
 * What the server at an address says of itself.
 * @param believed of the certificate that is believed so far
 * @throws SwitchboardError `client.unreachable`, `client.not_a_switchboard`, `client.certificate_untrusted`, `protocol.version_unsupported`
 */
export async function askServer(address: URL, ask: AskForTrust, believed?: string): Promise<FoundServer> {
  const trust = believed === undefined ? undefined : { fingerprint: believed };
  try {
    return await discover(address, trust);
  } catch (error) {
    if (!SwitchboardError.is(error, UNTRUSTED)) throw error;
    const shown = await shownFingerprint(address.hostname, portOf(address));
    if (shown === undefined || !(await ask(address, shown, believed))) throw error;
    return await discover(address, { fingerprint: shown });
  }
}

async function discover(address: URL, trust: ServerTrust | undefined): Promise<FoundServer> {
  const said = checkDiscovery(await fetchJson(new URL(DISCOVERY_PATH, address), trust));
  if (said === undefined) throw nothingThere();
  if (said.switchboard.protocol !== PROTOCOL_VERSION) throw new SwitchboardError('protocol.version_unsupported');
  const { name, guests } = said;
  return { address, name, guests, ...(trust === undefined ? {} : { fingerprint: trust.fingerprint }) };
}
