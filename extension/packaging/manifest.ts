import type { TargetName } from './targets.ts';

/** What of package.json is looked at here; everything else goes through as it is. */
export interface Manifest {
  readonly version: string;
  readonly contributes: Contributions;
  readonly [key: string]: unknown;
}

interface Contributions {
  readonly commands: readonly { readonly command: string }[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly viewsWelcome: readonly unknown[];
  readonly viewsContainers: unknown;
  readonly [key: string]: unknown;
}

/** What belongs to the workspace, and to nobody who installs the extension. */
const OF_THE_WORKSPACE = ['private', 'type', 'scripts', 'dependencies', 'devDependencies'];

/** What `web.ts` registers. */
const WEB_COMMANDS = ['switchboard.addServer', 'switchboard.openInBrowser'];
const WEB_VIEW = 'switchboard.rooms';

/** The manifest as it is packed for one target. On the desktop nothing is for the browser, and the other way round. */
export function packedManifest(manifest: Manifest, target: TargetName): Manifest {
  const isWeb = target === 'web';
  const other = isWeb ? 'main' : 'browser';
  const left = settled(
    Object.fromEntries(Object.entries(manifest).filter(([key]) => key !== other && !OF_THE_WORKSPACE.includes(key))),
    isWeb,
  ) as Manifest;
  if (!isWeb) return left;
  const { commands, views, viewsContainers, viewsWelcome } = left.contributes;
  return {
    ...left,
    activationEvents: [],
    contributes: {
      viewsContainers,
      views: Object.fromEntries(
        Object.entries(views).map(([container, list]) => [container, list.filter(({ id }) => id === WEB_VIEW)]),
      ),
      viewsWelcome,
      commands: commands.filter(({ command }) => WEB_COMMANDS.includes(command)),
    },
  };
}

/**
 * Decides every condition on `isWeb`. The editor's own answer is whether its *window* is a web page, which it also is where this
 * extension runs in Node on a server; what is packed knows better.
 */
function settled(value: unknown, isWeb: boolean): unknown {
  if (Array.isArray(value))
    return value.flatMap((each: unknown) => (isNever(each, isWeb) ? [] : [settled(each, isWeb)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
      if ((key !== 'when' && key !== 'enablement') || typeof each !== 'string') return [[key, settled(each, isWeb)]];
      const condition = settledCondition(each, isWeb);
      return condition === true ? [] : [[key, String(condition)]];
    }),
  );
}

function isNever(value: unknown, isWeb: boolean): boolean {
  if (typeof value !== 'object' || value === null || !('when' in value) || typeof value.when !== 'string') return false;
  return settledCondition(value.when, isWeb) === false;
}

/**
 * What is left of a condition when it is known whether this is the web.
 * @throws Error if `isWeb` stands within brackets, which this does not read
 */
export function settledCondition(condition: string, isWeb: boolean): string | boolean {
  if (!/\bisWeb\b/.test(condition)) return condition;
  if (/[()]/.test(condition)) throw new Error(`isWeb within brackets is not understood: ${condition}`);
  const [always, never] = isWeb ? ['isWeb', '!isWeb'] : ['!isWeb', 'isWeb'];
  const alternatives = condition.split('||').flatMap((alternative) => {
    const parts = alternative.split('&&').map((part) => part.trim());
    return parts.includes(never) ? [] : [parts.filter((part) => part !== always)];
  });
  if (alternatives.some((parts) => parts.length === 0)) return true;
  return alternatives.length === 0 ? false : alternatives.map((parts) => parts.join(' && ')).join(' || ');
}
