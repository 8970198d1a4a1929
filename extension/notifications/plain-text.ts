const MAX_LENGTH = 300;

/**
 * What somebody else wrote, for a notification or an input box: those make links of `[text](command:…)`, which here must be nothing but text.
 * On one line, and no longer than one reads.
 */
export function plain(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replaceAll('](', '] (');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

/** The same for where the editor makes icons of `$(name)`: the status bar and lists to pick from. */
export function withoutIcons(text: string): string {
  return plain(text).replaceAll('$(', String.raw`\$(`);
}
