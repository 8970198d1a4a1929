import * as vscode from 'vscode';
import { SwitchboardError, type Clock, type ErrorCode, type Problem } from '@switchboard/client';
import { endingSentence, remedyOf, type Remedy } from '../calls/sentences.ts';
import type { Bookmark } from '../servers/bookmark.ts';
import { plain } from './plain-text.ts';

const { t } = vscode.l10n;

/** The command that a remedy runs, without its prefix, and the words on its button. */
const REMEDIES: Readonly<Record<Remedy, { readonly words: () => string; readonly command: string }>> = {
  'sign-in': { words: () => t('Sign In Again'), command: 'signIn' },
  trust: { words: () => t('Trust This Server'), command: 'trust' },
  connect: { words: () => t('Connect Again'), command: 'connect' },
  edit: { words: () => t('Edit Server'), command: 'editServer' },
  'open-page': { words: () => t('Open Its Page'), command: 'openInBrowser' },
  microphone: { words: () => t('Select Microphone'), command: 'selectMicrophone' },
  log: { words: () => t('Show Log'), command: 'showOutput' },
};

/** Does what a button promises. */
export type Remedies = (command: string, bookmark: Bookmark | undefined) => void;

/** One cause shows in several places at once: the same sentence again within this time is not told. */
const SAME_CAUSE_MS = 2_000;

/** What went wrong, as one sentence with at most one button, which helps. One cause is told once. */
export class Problems {
  readonly #log: vscode.LogOutputChannel;
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #told = new Map<string, number>();
  #remedies: Remedies = () => undefined;

  constructor(log: vscode.LogOutputChannel, clock: Pick<Clock, 'nowMs'>) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Who does what the buttons promise: made after this. */
  set remedies(remedies: Remedies) {
    this.#remedies = remedies;
  }

  /** A failure of what the person wanted. Anything but our own error is a defect: its details are in the log. */
  show(error: unknown, bookmark?: Bookmark): void {
    if (SwitchboardError.is(error)) {
      // The person changed its mind.
      if (error.code === 'client.closed') return;
      this.problem({ code: error.code, message: error.message }, bookmark);
      return;
    }
    this.#log.error(error instanceof Error ? error : String(error));
    void this.#say(t('Something went wrong in Switchboard. The log has the details.'), 'log', undefined);
  }

  /** @param remedy instead of the usual one */
  problem(
    problem: Problem,
    bookmark?: Bookmark,
    remedy: Remedy | undefined = this.#usual(problem.code, bookmark),
  ): void {
    this.#log.warn(`${problem.code}: ${problem.message}`);
    const sentence = endingSentence(problem, t, vscode.env.language);
    const at = bookmark === undefined ? '' : `${bookmark.name}: `;
    void this.#say(plain(`${at}${sentence}`), remedy, bookmark);
  }

  /** What is no failure of anybody. */
  info(sentence: string): void {
    void vscode.window.showInformationMessage(plain(sentence));
  }

  #usual(code: ErrorCode, bookmark: Bookmark | undefined): Remedy | undefined {
    const remedy = remedyOf(code);
    // To connect again makes sense with a server alone, and not where a room or a person was the matter.
    return remedy === 'connect' && (bookmark === undefined || !/^(client|session|server|auth)\./.test(code))
      ? undefined
      : remedy;
  }

  async #say(sentence: string, remedy: Remedy | undefined, bookmark: Bookmark | undefined): Promise<void> {
    const now = this.#clock.nowMs();
    const before = this.#told.get(sentence);
    this.#told.set(sentence, now);
    for (const [told, atMs] of this.#told) if (now - atMs > SAME_CAUSE_MS) this.#told.delete(told);
    if (before !== undefined && now - before <= SAME_CAUSE_MS) return;
    if (remedy === undefined) {
      await vscode.window.showErrorMessage(sentence);
      return;
    }
    const { words, command } = REMEDIES[remedy];
    const chosen = await vscode.window.showErrorMessage(sentence, words());
    if (chosen !== undefined) this.#remedies(command, bookmark);
  }
}
