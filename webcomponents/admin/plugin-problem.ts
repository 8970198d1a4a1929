import { isErrorCode, SwitchboardError } from '@switchboard/protocol';
import { stringsFor } from '../strings/locale.ts';
import { pluginSentence } from '../strings/plugin-words.ts';
import type { ApiError } from './api/api-error.ts';
import { sentenceOf, type AdminStrings } from './strings/strings.ts';

type Fault = Pick<ApiError, 'code' | 'message' | 'field'>;

/** Why something was not done, as a sentence; of a plugin with what the server says of this very one, and the field at fault. */
export function pluginProblem(text: AdminStrings, { code, message, field }: Fault): string {
  if (!isErrorCode(code) || !code.startsWith('plugin.')) return sentenceOf(text, { code, message });
  const strings = { ...stringsFor(text.language), errors: text.errors };
  return pluginSentence(strings, { code, message, ...(field === undefined ? {} : { field }) });
}

/** For what the room's parts call: they know the errors of the contract. */
export function contractError({ code, message, field }: ApiError): SwitchboardError {
  const known = isErrorCode(code) ? code : 'client.invalid_server_message';
  return new SwitchboardError(known, message === '' ? undefined : message, field === undefined ? {} : { field });
}
