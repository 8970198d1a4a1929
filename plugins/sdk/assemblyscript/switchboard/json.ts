import { numberEnd, readNumber } from './numbers';

/* JSON (RFC 8259), read strictly. */

export enum JsonKind {
  Null,
  Bool,
  Number,
  Text,
  List,
  Fields,
}

const MAX_DEPTH: i32 = 64;
/** Of what is neither a list nor an object: one for all, most values are small. */
const NO_ITEMS: Json[] = [];
const NO_NAMES: string[] = [];

/** A value as it was read. What is asked for and is not there is null, empty, 0 or false: what the host says has been checked already. */
export class Json {
  bool: bool = false;
  number: f64 = 0;
  text: string = '';
  /** Of a list, or of an object beside `names`. */
  items: Json[] = NO_ITEMS;
  names: string[] = NO_NAMES;

  constructor(public readonly kind: JsonKind) {
    if (kind == JsonKind.List || kind == JsonKind.Fields) {
      this.items = [];
      this.names = [];
    }
  }

  get isNull(): bool {
    return this.kind == JsonKind.Null;
  }

  has(name: string): bool {
    return this.names.includes(name);
  }

  /** Of two fields with one name it is the last. */
  get(name: string): Json {
    const at = this.names.lastIndexOf(name);
    return at < 0 ? NULL : unchecked(this.items[at]);
  }

  textOf(name: string): string {
    return this.get(name).text;
  }

  numberOf(name: string): f64 {
    return this.get(name).number;
  }

  boolOf(name: string): bool {
    return this.get(name).bool;
  }
}

const NULL = new Json(JsonKind.Null);

/** @returns null if it is not JSON. */
export function parseJson(text: string): Json | null {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.space();
  return value === null || reader.at < text.length ? null : value;
}

class Reader {
  at: i32 = 0;

  constructor(private readonly from: string) {}

  private peek(): i32 {
    return this.at < this.from.length ? this.from.charCodeAt(this.at) : -1;
  }

  space(): void {
    let next = this.peek();
    while (next == 0x20 || next == 0x0a || next == 0x0d || next == 0x09) {
      this.at++;
      next = this.peek();
    }
  }

  private take(character: i32): bool {
    if (this.peek() != character) return false;
    this.at++;
    return true;
  }

  value(depth: i32): Json | null {
    this.space();
    const next = this.peek();
    if (next == 0x22) {
      const text = this.string();
      if (text === null) return null;
      const value = new Json(JsonKind.Text);
      value.text = text;
      return value;
    }
    if (next == 0x7b || next == 0x5b) return depth < MAX_DEPTH ? this.group(next == 0x7b, depth) : null;
    if (next == 0x2d || isDigit(next)) return this.number();
    if (this.word('null')) return new Json(JsonKind.Null);
    if (this.word('false')) return new Json(JsonKind.Bool);
    if (!this.word('true')) return null;
    const value = new Json(JsonKind.Bool);
    value.bool = true;
    return value;
  }

  private word(word: string): bool {
    if (!this.from.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private group(named: bool, depth: i32): Json | null {
    this.at++;
    const group = new Json(named ? JsonKind.Fields : JsonKind.List);
    const end = named ? 0x7d : 0x5d;
    this.space();
    if (this.take(end)) return group;
    do {
      if (named) {
        this.space();
        if (this.peek() != 0x22) return null;
        const name = this.string();
        if (name === null) return null;
        this.space();
        if (!this.take(0x3a)) return null;
        group.names.push(name);
      }
      const item = this.value(depth + 1);
      if (item === null) return null;
      group.items.push(item);
      this.space();
    } while (this.take(0x2c));
    return this.take(end) ? group : null;
  }

  private number(): Json | null {
    const number = readNumber(this.from, this.at);
    if (numberEnd == this.at) return null;
    this.at = numberEnd;
    const value = new Json(JsonKind.Number);
    value.number = number;
    return value;
  }

  private string(): string | null {
    this.at++;
    const start = this.at;
    for (let next = this.peek(); next >= 0x20 && next != 0x5c; next = this.peek()) {
      this.at++;
      if (next == 0x22) return this.from.substring(start, this.at - 1);
    }
    return this.peek() == 0x5c ? this.stringWithEscapes(start) : null;
  }

  /** In pieces: adding to a text copies it whole, and texts of many lines are full of escapes. */
  private stringWithEscapes(from: i32): string | null {
    let start = from;
    const pieces: string[] = [];
    while (true) {
      const next = this.peek();
      if (next < 0x20) return null;
      if (next == 0x22) {
        pieces.push(this.from.substring(start, this.at));
        this.at++;
        return pieces.join('');
      }
      if (next != 0x5c) {
        this.at++;
        continue;
      }
      pieces.push(this.from.substring(start, this.at));
      this.at++;
      const code = this.escaped();
      if (code < 0) return null;
      pieces.push(String.fromCharCode(code));
      start = this.at;
    }
  }

  /** What a backslash stands for, a UTF-16 unit: pairs of surrogates are two of them, as in the text. */
  private escaped(): i32 {
    const next = this.peek();
    this.at++;
    if (next == 0x22 || next == 0x5c || next == 0x2f) return next;
    if (next == 0x62) return 0x08;
    if (next == 0x66) return 0x0c;
    if (next == 0x6e) return 0x0a;
    if (next == 0x72) return 0x0d;
    if (next == 0x74) return 0x09;
    if (next != 0x75) return -1;
    let unit = 0;
    for (let digit = 0; digit < 4; digit++) {
      const value = hexDigit(this.peek());
      if (value < 0) return -1;
      unit = unit * 16 + value;
      this.at++;
    }
    return unit;
  }
}

function isDigit(character: i32): bool {
  return character >= 0x30 && character <= 0x39;
}

function hexDigit(character: i32): i32 {
  if (isDigit(character)) return character - 0x30;
  const letter = character | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

/** Writes an object field by field: `new JsonWriter().text("reply", "Hi").end()`. */
export class JsonWriter {
  private pieces: string[] = [];

  private field(name: string, value: string): this {
    this.pieces.push(`${quote(name)}:${value}`);
    return this;
  }

  text(name: string, value: string): this {
    return this.field(name, quote(value));
  }

  /** NaN and the infinities, which JSON has not, become null. */
  number(name: string, value: f64): this {
    return this.field(name, numberText(value));
  }

  bool(name: string, value: bool): this {
    return this.field(name, value ? 'true' : 'false');
  }

  /** What is JSON already. */
  json(name: string, value: string): this {
    return this.field(name, value);
  }

  texts(name: string, values: string[]): this {
    return this.field(name, `[${values.map<string>((value: string) => quote(value)).join(',')}]`);
  }

  end(): string {
    return `{${this.pieces.join(',')}}`;
  }
}

function numberText(value: f64): string {
  if (!isFinite(value)) return 'null';
  if (value == Math.trunc(value) && Math.abs(value) < 9007199254740992) return (<i64>value).toString();
  return value.toString();
}

/** A text as JSON. */
export function quote(text: string): string {
  const pieces: string[] = ['"'];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c) continue;
    pieces.push(text.substring(start, at));
    pieces.push(escapeOf(unit));
    start = at + 1;
  }
  pieces.push(text.substring(start));
  pieces.push('"');
  return pieces.join('');
}

function escapeOf(unit: i32): string {
  if (unit == 0x22) return '\\"';
  if (unit == 0x5c) return '\\\\';
  if (unit == 0x0a) return '\\n';
  if (unit == 0x0d) return '\\r';
  if (unit == 0x09) return '\\t';
  return `\\u00${unit < 0x10 ? '0' : '1'}${'0123456789abcdef'.charAt(unit & 15)}`;
}
