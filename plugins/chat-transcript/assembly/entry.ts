import { Json, JsonWriter, MessageEvent, parseJson } from 'switchboard';

/** A message as it is kept. */
export class Entry {
  /** Empty if the text is no code. */
  language: string = '';
  /** Where the code is from; empty where nobody said. */
  place: string = '';

  constructor(
    readonly id: string,
    readonly roomId: string,
    readonly nickname: string,
    readonly timeMs: i64,
    readonly text: string,
  ) {}

  static of(event: MessageEvent): Entry {
    const entry = new Entry(event.id, event.room.id, event.nickname, event.createdAtMs, event.text);
    const code = event.code;
    if (code !== null) {
      entry.language = code.language;
      if (code.path.length > 0) entry.place = `${code.path}:${code.startLine.toString()}–${code.endLine.toString()}`;
    }
    return entry;
  }

  toJson(): string {
    const json = new JsonWriter()
      .text('i', this.id)
      .text('r', this.roomId)
      .text('n', this.nickname)
      .number('t', <f64>this.timeMs)
      .text('x', this.text);
    if (this.language.length > 0) json.text('l', this.language);
    if (this.place.length > 0) json.text('p', this.place);
    return json.end();
  }

  static from(line: string): Entry | null {
    const json: Json | null = parseJson(line);
    if (json === null) return null;
    const timeMs = <i64>json.numberOf('t');
    const entry = new Entry(json.textOf('i'), json.textOf('r'), json.textOf('n'), timeMs, json.textOf('x'));
    entry.language = json.textOf('l');
    entry.place = json.textOf('p');
    return entry;
  }
}
