/** The template with `{name}` and `{room}` filled in, at most so long. What is filled in is not looked through again. */
export function fill(template: string, name: string, room: string, maxLength: i32): string {
  let filled = '';
  let start = 0;
  while (start < template.length) {
    const brace = template.indexOf('{', start);
    if (brace < 0) break;
    filled += template.substring(start, brace);
    if (template.startsWith('{name}', brace)) {
      filled += name;
      start = brace + 6;
    } else if (template.startsWith('{room}', brace)) {
      filled += room;
      start = brace + 6;
    } else {
      filled += '{';
      start = brace + 1;
    }
  }
  return shorten(filled + template.substring(start), maxLength);
}

function shorten(text: string, maxLength: i32): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 2);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return `${text.substring(0, maxLength - (isHalf ? 2 : 1))}…`;
}
