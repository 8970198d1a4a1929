import { html, type TemplateResult } from 'lit';
import { textPieces, type TextPiece } from './message-text.ts';

/** What somebody wrote, with its links and code; `text.styles.ts` is how they look. Nothing in it becomes HTML. */
export function shownText(written: string): (TemplateResult | string)[] {
  return textPieces(written).map(shown);
}

function shown(piece: TextPiece): TemplateResult | string {
  switch (piece.type) {
    case 'text':
      return piece.text;
    case 'code':
      return html`<code>${piece.text}</code>`;
    case 'block':
      return html`<pre>${piece.text}</pre>`;
    case 'link':
      return html`<a href=${piece.href} target="_blank" rel="noopener noreferrer nofollow">${piece.text}</a>`;
  }
}
