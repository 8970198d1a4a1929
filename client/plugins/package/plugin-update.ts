import { consentsOf, SwitchboardError, type PluginConsent, type PluginManifest } from '@switchboard/protocol';

/**
 * Why a plugin may not take the place of the one that is installed under the same id. The same version again is a reinstallation; a publisher
 * may come, and never goes or becomes another.
 * @returns `plugin.publisher_changed`, `plugin.older`; undefined if it may
 */
export function updateProblem(
  installed: Pick<PluginManifest, 'version' | 'publisher'>,
  next: Pick<PluginManifest, 'version' | 'publisher'>,
): SwitchboardError | undefined {
  if (installed.publisher !== undefined && installed.publisher !== next.publisher) {
    return new SwitchboardError('plugin.publisher_changed');
  }
  if (compareVersions(next.version, installed.version) < 0) return new SwitchboardError('plugin.older');
  return undefined;
}

/** What a plugin wants of all that has not been agreed to yet. */
export function newConsents(
  agreed: readonly PluginConsent[],
  manifest: Pick<PluginManifest, 'permissions' | 'hooks'>,
): readonly PluginConsent[] {
  return consentsOf(manifest).filter((consent) => !agreed.includes(consent));
}

/**
 * By precedence (Semantic Versioning 2.0, section 11), for sorting.
 * @returns below 0 if the first is older
 */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [partsOf(one), partsOf(other)];
  const ofCore = compareAll(first.core, second.core);
  if (ofCore !== 0) return ofCore;
  // What comes before a release is older than it.
  if (first.before.length === 0 || second.before.length === 0) return second.before.length - first.before.length;
  return compareAll(first.before, second.before);
}

function partsOf(version: string): { readonly core: readonly string[]; readonly before: readonly string[] } {
  const [, core = version, before] = /^([^-]*)-(.*)$/.exec(version) ?? [];
  return { core: core.split('.'), before: before?.split('.') ?? [] };
}

function compareAll(ones: readonly string[], others: readonly string[]): number {
  for (const [index, one] of ones.entries()) {
    const other = others[index];
    const order = other === undefined ? 1 : compare(one, other);
    if (order !== 0) return order;
  }
  return ones.length - others.length;
}

/** Numbers by their value, and before names. */
function compare(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [one, other].map((part) => /^\d+$/.test(part));
  if (isNumber !== isOtherNumber) return isNumber === true ? -1 : 1;
  if (isNumber !== true) return one === other ? 0 : one < other ? -1 : 1;
  const difference = BigInt(one) - BigInt(other);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
