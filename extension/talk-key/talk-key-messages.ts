/* What the extension host and the talk key's process tell each other. No key but the one of the setting is ever told. */

/** Why there is no key to hold. */
export type TalkKeyProblem =
  /** The setting names no key. */
  | 'unknown_key'
  /** The module for this system is missing, or libraries that it needs. */
  | 'not_loaded'
  /** Wayland shows no program the keys of another. */
  | 'wayland'
  /** No screen: the extension runs on a machine without one. */
  | 'no_display'
  /** macOS asks the user first. */
  | 'no_permission'
  /** The system refused, or the hook ended. */
  | 'failed';

const TALK_KEY_PROBLEMS: readonly TalkKeyProblem[] = [
  'unknown_key',
  'not_loaded',
  'wayland',
  'no_display',
  'no_permission',
  'failed',
];

export interface ToTalkKeyProcess {
  readonly type: 'watch';
  readonly key: string;
}

export type FromTalkKeyProcess =
  /** It listens. */
  | { readonly type: 'ready' }
  | { readonly type: 'pressed' }
  | { readonly type: 'released' }
  /** `detail` is for the log: the system's own words. */
  | { readonly type: 'unavailable'; readonly problem: TalkKeyProblem; readonly detail: string };

/** What came out of a process is looked at before it is believed. */
export function isFromTalkKeyProcess(message: unknown): message is FromTalkKeyProcess {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  if (message.type === 'unavailable') {
    return (
      'problem' in message &&
      TALK_KEY_PROBLEMS.some((problem) => problem === message.problem) &&
      'detail' in message &&
      typeof message.detail === 'string'
    );
  }
  return message.type === 'ready' || message.type === 'pressed' || message.type === 'released';
}

export function isToTalkKeyProcess(message: unknown): message is ToTalkKeyProcess {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'watch' &&
    'key' in message &&
    typeof message.key === 'string'
  );
}
