import type { ErrorCode, Problem } from '@switchboard/client';
import { ERROR_SENTENCES } from '@switchboard/client';

/** Translates an English sentence; `{0}` and so on stand for what follows. */
export type Translate = (sentence: string, ...values: (string | number)[]) => string;

/** Where the common sentence speaks of a page. */
export const EDITOR_SENTENCES = {
  'client.microphone_refused':
    'The microphone is blocked. Allow it for the editor in the privacy settings of your system, then try again.',
  'client.audio_failed': 'Sound could not be started. The log has the details.',
  'auth.join_token_expired': 'This invitation to the room has expired. Ask for a new one.',
  'client.certificate_untrusted':
    'Nobody vouches for the certificate of this server. Trust it only if its fingerprint is the one that its operator told you.',
  'auth.log_in_ended': 'Your sign-in has expired. Sign in again.',
} as const satisfies Partial<Record<ErrorCode, string>>;

/** Problems in whose own words something stands that the general sentence cannot say: until when one is banned, say. */
function hasOwnWords({ code, message }: Pick<Problem, 'code' | 'message'>): boolean {
  return message !== '' && message !== ERROR_SENTENCES[code];
}

/** What the person reads. */
export function sentenceOf(problem: Pick<Problem, 'code' | 'message'>, t: Translate): string {
  const { code, message } = problem;
  if (code !== 'client.certificate_untrusted' && hasOwnWords(problem)) return message;
  return t((EDITOR_SENTENCES as Partial<Record<ErrorCode, string>>)[code] ?? ERROR_SENTENCES[code]);
}

/** The same with why and until when, of a session that was ended. */
export function endingSentence(problem: Problem, t: Translate, locale: string): string {
  const { reason, untilMs } = problem;
  const parts = [sentenceOf(problem, t)];
  if (reason !== undefined && reason !== '') parts.push(t('Reason: {0}', reason));
  if (untilMs === null) parts.push(t('The ban does not end.'));
  else if (untilMs !== undefined) {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' });
    parts.push(t('Until {0}.', format.format(untilMs)));
  }
  return parts.join(' ');
}

/** The one thing that helps; undefined where nothing does. */
export type Remedy = 'sign-in' | 'trust' | 'connect' | 'edit' | 'open-page' | 'microphone' | 'log';

export function remedyOf(code: ErrorCode): Remedy | undefined {
  switch (code) {
    // Also for what the boxes of the sign-in are answered: to connect would be to come in as a guest.
    case 'auth.log_in_ended':
    case 'auth.token_missing':
    case 'auth.token_invalid':
    case 'auth.token_expired':
    case 'auth.credentials_invalid':
    case 'auth.guests_disabled':
    case 'auth.too_many_attempts':
    case 'auth.registration_closed':
    case 'auth.invite_required':
    case 'auth.invite_invalid':
    case 'session.logged_out':
      return 'sign-in';
    case 'client.certificate_untrusted':
      return 'trust';
    case 'auth.nickname_invalid':
    case 'auth.nickname_taken':
    case 'client.not_a_switchboard':
      return 'edit';
    // Its page fits the server, of whichever version.
    case 'protocol.version_unsupported':
    case 'client.invalid_server_message':
      return 'open-page';
    case 'client.microphone_missing':
    case 'client.microphone_failed':
    case 'client.microphone_refused':
      return 'microphone';
    case 'client.audio_failed':
    case 'server.internal':
      return 'log';
    case 'access.banned':
      return undefined;
    default:
      return 'connect';
  }
}
