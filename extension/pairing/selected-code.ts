/** Code out of a file, with the lines that it stands on, counted from 1. */
export interface SelectedCode {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** In an editor; both counted from 0. */
interface Position {
  readonly line: number;
  readonly character: number;
}

/** What a selection says, with line breaks of one kind; undefined if that is nothing. */
export function selectedCode(raw: string, start: Position, end: Position): SelectedCode | undefined {
  const text = raw.replaceAll(/\r\n?/gu, '\n');
  if (text.trim() === '') return undefined;
  // Whole lines end at the beginning of the next.
  const isWhole = end.character === 0 && end.line > start.line && text.endsWith('\n');
  return {
    text: isWhole ? text.slice(0, -1) : text,
    startLine: start.line + 1,
    endLine: isWhole ? end.line : end.line + 1,
  };
}

/** As many whole lines from its beginning as fit into `maxLength` characters; undefined if none does, or nothing but blank ones. */
export function shortened({ text, startLine }: SelectedCode, maxLength: number): SelectedCode | undefined {
  const kept = text.slice(0, maxLength + 1);
  const end = kept.length <= maxLength ? kept.length : kept.lastIndexOf('\n');
  const short = text.slice(0, Math.max(0, end));
  if (short.trim() === '') return undefined;
  return { text: short, startLine, endLine: startLine + short.split('\n').length - 1 };
}
