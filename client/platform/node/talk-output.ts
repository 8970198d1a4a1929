import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';

/** Something that happened, for people as a sentence and for programs as fields. */
export interface TalkLine {
  readonly type: string;
  /** Nothing is shown to people without. */
  readonly text?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
}

export interface TalkOutput {
  line(line: TalkLine): void;
  /** The latest figures, as one line that replaces the one before; where lines cannot be replaced, it is left out. */
  figures(text: string): void;
  close(): void;
}

/** One JSON object a line: everything, figures too. */
export class JsonOutput implements TalkOutput {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  line({ type, fields }: TalkLine): void {
    this.#stream.write(`${JSON.stringify({ type, ...fields })}\n`);
  }

  figures(): void {
    // Its fields went out as a line.
  }

  close(): void {
    // Nothing to restore.
  }
}

/** Plain lines, for a pipe or a log. */
export class PlainOutput implements TalkOutput {
  readonly #stream: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  line({ text }: TalkLine): void {
    if (text !== undefined) this.#stream.write(`${printable(text)}\n`);
  }

  figures(): void {
    // A log that grows by a line a second helps nobody.
  }

  close(): void {
    // Nothing to restore.
  }
}

export interface TerminalEvents {
  typed(text: string): void;
  interrupted(): void;
}

/** A terminal: lines roll by above, the figures stay below and are the prompt of what is typed. */
export class TerminalOutput implements TalkOutput {
  readonly #output: NodeJS.WriteStream;
  readonly #interface: Interface;
  #closed = false;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream, events: TerminalEvents) {
    this.#output = output;
    this.#interface = createInterface({ input, output, prompt: '> ' });
    this.#interface.on('line', (text) => {
      if (text.trim() !== '') events.typed(text);
      this.#interface.prompt();
    });
    // The terminal is in raw mode, so Ctrl-C comes as a key.
    this.#interface.on('SIGINT', () => events.interrupted());
    this.#interface.on('close', () => {
      if (!this.#closed) events.interrupted();
    });
  }

  line({ text }: TalkLine): void {
    if (text === undefined) return;
    this.#clear();
    this.#output.write(`${printable(text)}\n`);
    if (!this.#closed) this.#interface.prompt(true);
  }

  figures(text: string): void {
    if (this.#closed) return;
    this.#clear();
    this.#interface.setPrompt(`${printable(text)} > `);
    this.#interface.prompt(true);
  }

  close(): void {
    this.#closed = true;
    this.#clear();
    this.#interface.close();
  }

  #clear(): void {
    cursorTo(this.#output, 0);
    clearLine(this.#output, 0);
  }
}

/** Other people's text must not move the cursor or change colours. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => (character === '\u200d' ? character : ' '));
}
