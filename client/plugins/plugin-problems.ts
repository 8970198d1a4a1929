import { ERROR_SENTENCES, SwitchboardError, type ErrorCode } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import type { SandboxFault } from './sandbox-messages.ts';

/** What a person is told of a plugin. @param detail another whole sentence, in English: what it did */
export function pluginProblem(code: ErrorCode, detail: string): Problem {
  return { code, message: `${ERROR_SENTENCES[code]} ${detail}`, reason: detail };
}

export function problemError({ code, message }: Problem): SwitchboardError {
  return new SwitchboardError(code, message);
}

/** Why it did not start. */
export function startProblem({ kind, reason }: SandboxFault): Problem {
  return pluginProblem(kind === 'refused' ? 'plugin.module_refused' : 'plugin.start_failed', asSentence(reason));
}

/** Whether the thread is of no use after it; else a call has failed, and the plugin goes on. */
export function endsThread({ kind }: SandboxFault): boolean {
  return kind !== 'error' && kind !== 'output';
}

/** Why it has to be started again. */
export function breakProblem({ kind, reason }: SandboxFault): Problem {
  return pluginProblem(kind === 'quota' ? 'plugin.quota' : 'plugin.crashed', asSentence(reason));
}

export function asSentence(reason: string): string {
  return /[.!?…]$/u.test(reason) ? reason : `${reason}.`;
}
