import { Entry } from './entry';

/** Of a page, in UTF-16 units: what a reply may have, less its title. */
const PAGE_LENGTH: i32 = 3_700;
/** A longer message is cut. */
const MAX_TEXT_LENGTH: i32 = 3_000;
const MS_PER_DAY: i64 = 86_400_000;

/** The messages as Markdown, in pages; the last holds the newest. */
export function pagesOf(entries: Entry[], room: string, offsetMs: i64): string[] {
  const parts: string[] = entries.map<string>((entry: Entry) => '');
  // From the newest back: the page that one reads first is then full, and the oldest one is not.
  const starts: i32[] = [entries.length];
  let length = 0;
  for (let at = entries.length - 1; at >= 0; at--) {
    parts[at] = partOf(entries[at], offsetMs);
    const own = parts[at].length + 16;
    if (length > 0 && length + own > PAGE_LENGTH) {
      starts.push(at + 1);
      length = 0;
    }
    length += own;
  }
  starts.push(0);
  const pages: string[] = [];
  const count = starts.length - 1;
  for (let page = count; page > 0; page--) {
    const shown: string[] = [titleOf(room, page, count)];
    let day: i64 = -1;
    for (let at = starts[page]; at < starts[page - 1]; at++) {
      const itsDay = (entries[at].timeMs + offsetMs) / MS_PER_DAY;
      if (itsDay != day) shown.push(`## ${dateOf(itsDay)}`);
      day = itsDay;
      shown.push(parts[at]);
    }
    pages.push(shown.join('\n\n'));
  }
  return pages;
}

function titleOf(room: string, page: i32, count: i32): string {
  return `# ${escaped(room)}${count == 1 ? '' : `, page ${page.toString()} of ${count.toString()}`}`;
}

function partOf(entry: Entry, offsetMs: i64): string {
  const place = entry.place.length == 0 ? '' : ` \`${entry.place.split('`').join('')}\``;
  const head = `**${escaped(entry.nickname)}** ${timeOf(entry.timeMs + offsetMs)}${place}`;
  const text = cut(entry.text);
  if (entry.language.length > 0) return `${head}\n\n${fenced(text, entry.language)}`;
  return `${head}\n\n${closed(text)}`;
}

function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const last = text.charCodeAt(MAX_TEXT_LENGTH - 1);
  return `${text.substring(0, MAX_TEXT_LENGTH - (last >= 0xd800 && last <= 0xdbff ? 1 : 0))}…`;
}

/** With a fence that is longer than any in the code. */
function fenced(text: string, language: string): string {
  let longest = 2;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    run = text.charCodeAt(at) == 0x60 ? run + 1 : 0;
    longest = max(longest, run);
  }
  const fence = '`'.repeat(longest + 1);
  return `${fence}${word(language)}\n${text}${text.endsWith('\n') ? '' : '\n'}${fence}`;
}

/** A block of code that the text leaves open is closed: what follows is no code. */
function closed(text: string): string {
  let fences = 0;
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) if (lines[at].trimStart().startsWith('```')) fences++;
  return fences % 2 == 0 ? text : `${text}\n\`\`\``;
}

/** What may follow a fence: no spaces and no backquotes. */
function word(language: string): string {
  return language.split('`').join('').split(' ').join('-').split('\n').join('');
}

/** Markdown's own characters as they are. */
function escaped(text: string): string {
  let safe = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charAt(at);
    safe += '\\`*_[]<>#|~'.includes(unit) ? `\\${unit}` : unit == '\n' ? ' ' : unit;
  }
  return safe;
}

function twoDigits(number: i64): string {
  return number < 10 ? `0${number.toString()}` : number.toString();
}

function timeOf(ms: i64): string {
  const seconds = (ms % MS_PER_DAY) / 1_000;
  return `${twoDigits(seconds / 3_600)}:${twoDigits((seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
}

/** Year, month and day of a day since 1970 (Hinnant, "chrono-compatible low-level date algorithms"). */
function dateOf(day: i64): string {
  const shifted = day + 719_468;
  const era = shifted / 146_097;
  const dayOfEra = shifted % 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year.toString()}-${twoDigits(month)}-${twoDigits(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)}`;
}
