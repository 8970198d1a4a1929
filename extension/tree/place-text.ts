import type { Place } from '@switchboard/protocol';

/** Where somebody is, on one line: file and line, else what is known; empty for nothing. */
export function placeText({ workspace, branch, path, line }: Place): string {
  const file = path === undefined ? undefined : line === undefined ? path : `${path}:${line}`;
  return [file ?? workspace, branch].filter((part) => part !== undefined).join(' · ');
}
