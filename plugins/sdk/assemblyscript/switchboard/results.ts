import { Code } from './events';
import { JsonWriter } from './json';

/* What hooks answer. Null leaves things as they are. */

/** The answer to a command. */
export class CommandResult {
  constructor(
    /** For who gave the command alone. */
    readonly reply: string | null,
    /** For the room. */
    readonly message: string | null,
  ) {}

  toJson(): string {
    const json = new JsonWriter();
    if (this.reply !== null) json.text('reply', this.reply!);
    if (this.message !== null) json.text('message', this.message!);
    return json.end();
  }
}

/** Told to who gave the command, and to nobody else. */
export function reply(text: string): CommandResult {
  return new CommandResult(text, null);
}

/** Told to the room. */
export function announce(text: string): CommandResult {
  return new CommandResult(null, text);
}

/** What becomes of a message, or of somebody who wants to come in. Which hook may answer what stands at each. */
export class Verdict {
  private constructor(
    private readonly action: string,
    private readonly field: string,
    private readonly words: string,
  ) {}

  private code: Code | null = null;

  /** `on_message` at the client: the message is shown with a note under it. */
  static annotate(note: string): Verdict {
    return new Verdict('annotate', 'note', note);
  }

  /** `on_message` at the client: the message is not shown, the reason is. */
  static hide(reason: string): Verdict {
    return new Verdict('hide', 'reason', reason);
  }

  /** `on_message` at the server, `on_message_send`: another text instead. */
  static rewrite(text: string): Verdict {
    return new Verdict('rewrite', 'text', text);
  }

  /** `on_message_send`: code instead. */
  static rewriteAsCode(text: string, code: Code): Verdict {
    const verdict = new Verdict('rewrite', 'text', text);
    verdict.code = code;
    return verdict;
  }

  /** `on_message_send`: the message stays with who wrote it. */
  static cancel(reason: string): Verdict {
    return new Verdict('cancel', 'reason', reason);
  }

  /** `on_message` at the server: the message is not stored. */
  static reject(reason: string): Verdict {
    return new Verdict('reject', 'reason', reason);
  }

  /** `on_user_join_channel` at the server: they stay outside. */
  static refuse(reason: string): Verdict {
    return new Verdict('refuse', 'reason', reason);
  }

  toJson(): string {
    const json = new JsonWriter().text('action', this.action).text(this.field, this.words);
    const code = this.code;
    if (code !== null) json.json('code', codeJson(code));
    return json.end();
  }
}

function codeJson(code: Code): string {
  const json = new JsonWriter().text('language', code.language);
  if (code.path.length > 0) json.text('path', code.path);
  if (code.workspace.length > 0) json.text('workspace', code.workspace);
  return json.number('startLine', code.startLine).number('endLine', code.endLine).end();
}
