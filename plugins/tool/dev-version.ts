/**
 * A version that is newer than the one that may be installed already, than those of earlier changes, and older than the next that is published: of
 * 1.2.0 it is 1.2.1-dev.<seconds>, of 1.3.0-beta.1 it is 1.3.0-beta.1.dev.<seconds>.
 * @param nowMs since 1970
 */
export function devVersion(version: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1_000);
  if (version.includes('-')) return `${version}.dev.${seconds}`;
  const [major, minor, patch] = version.split('.').map(Number);
  return `${major}.${minor}.${(patch ?? 0) + 1}-dev.${seconds}`;
}
