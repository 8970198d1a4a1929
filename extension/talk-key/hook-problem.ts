import type { TalkKeyProblem } from './talk-key-messages.ts';

/** Where the process runs: what of it decides whether a hook can see keys. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Why no hook is worth trying here; undefined where one is. */
export function knownProblem({ platform, env }: Surroundings): TalkKeyProblem | undefined {
  if (platform !== 'linux') return undefined;
  // Under XWayland a hook starts, and sees only the keys of X programs: worse than none.
  if (env.XDG_SESSION_TYPE === 'wayland' || isSet(env.WAYLAND_DISPLAY)) return 'wayland';
  return isSet(env.DISPLAY) ? undefined : 'no_display';
}

/** What an error of the hook's start means. */
export function problemOf(error: unknown): TalkKeyProblem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UIOHOOK_ERROR_AXAPI_DISABLED') return 'no_permission';
  if (code === 'UIOHOOK_ERROR_X_OPEN_DISPLAY') return 'no_display';
  return 'failed';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
