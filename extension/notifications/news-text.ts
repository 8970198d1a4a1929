import type { Translate } from '../calls/sentences.ts';
import type { News } from './news.ts';
import { plain } from './plain-text.ts';

const MAX_TEXT = 120;
const MAX_NAMES = 3;

export interface NewsText {
  readonly sentence: string;
  /** There is something to read. */
  readonly chat: boolean;
}

/** One sentence for all of it. */
export function newsText(news: readonly News[], t: Translate): NewsText | undefined {
  const [first] = news;
  if (first === undefined) return undefined;
  const written = news.filter((item) => item.kind !== 'arrival');
  const came = news.filter(({ kind }) => kind === 'arrival').map(({ name }) => plain(name));
  const parts: string[] = [];
  if (came.length > 0) parts.push(arrivalText(came, t));
  const [only] = written;
  if (written.length > 1) parts.push(t('{0} new messages in the room.', written.length));
  else if (only !== undefined) parts.push(`${plain(only.name)}: ${shortened(plain(only.text))}`);
  return { sentence: parts.join(' '), chat: written.length > 0 };
}

function arrivalText(names: readonly string[], t: Translate): string {
  const [first = '', second = '', third = ''] = names;
  switch (names.length) {
    case 1:
      return t('{0} has come into the room.', first);
    case 2:
      return t('{0} and {1} have come into the room.', first, second);
    case MAX_NAMES:
      return t('{0}, {1} and {2} have come into the room.', first, second, third);
    default:
      return t('{0}, {1} and {2} more have come into the room.', first, second, names.length - 2);
  }
}

function shortened(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
}
