/*
 * Paths that members tell each other are opened on machines of every kind: what one of them would take for a way out of the folder is refused,
 * wherever it was written.
 */

/** `C:` at the beginning is another drive, and no folder of this one. */
const DRIVE = /^[a-z]:/iu;
/** Not only `..`: Windows passes over dots and spaces at the end of a name. */
const NO_NAME = /^[.\s]*$/u;

/** Whether this leads from a folder to something inside of it: names separated by `/`, none of which goes up or stays. */
export function isRelativePath(path: string): boolean {
  if (path.includes('\\') || DRIVE.test(path)) return false;
  return path.split('/').every((name) => !NO_NAME.test(name));
}
