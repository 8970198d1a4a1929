/** A piece of a message as it is shown. Nothing in it is ever HTML. */
export type TextPiece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'block'; readonly text: string; readonly language: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

// A fence stands at the beginning of a line, and is closed by one at the end of a line.
const BLOCK = /(?:^|\n)```([\w+#-]*)\n([\s\S]*?)\n?```(?:\n|$)/gu;
const INLINE = /`([^`\n]+)`|(https?:\/\/[^\s<>"'`]+)/giu;
// What usually belongs to the sentence around an address.
const TRAILING = /[.,;:!?…»”’]+$/u;

/** Splits a message into code blocks, inline code, links (http and https alone) and text. */
export function textPieces(message: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of message.matchAll(BLOCK)) {
    pieces.push(...inlinePieces(message.slice(from, match.index)));
    pieces.push({ type: 'block', language: match[1] ?? '', text: match[2] ?? '' });
    from = match.index + match[0].length;
  }
  return [...pieces, ...inlinePieces(message.slice(from))];
}

function inlinePieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  const upTo = (end: number): void => {
    if (end > from) pieces.push({ type: 'text', text: text.slice(from, end) });
  };
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, address] = match;
    const link = address === undefined ? undefined : trimAddress(address);
    if (link !== undefined && !URL.canParse(link)) continue;
    upTo(match.index);
    if (link !== undefined) pieces.push({ type: 'link', text: link, href: new URL(link).href });
    else if (code !== undefined) pieces.push({ type: 'code', text: code });
    from = match.index + (link ?? whole).length;
  }
  upTo(text.length);
  return pieces;
}

/** `(see https://example.org/a_(b))` keeps the inner bracket and gives the outer one back. */
function trimAddress(address: string): string {
  let trimmed = address.replace(TRAILING, '');
  while (trimmed.endsWith(')') && count(trimmed, ')') > count(trimmed, '(')) {
    trimmed = trimmed.slice(0, -1).replace(TRAILING, '');
  }
  return trimmed;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
