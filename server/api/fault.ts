import { SwitchboardError } from '@switchboard/protocol';
import * as v from 'valibot';

/** Where a value came from, as a sentence names it. */
export type Source = 'body' | 'query' | 'path';

/**
 * What is wrong, in a sentence, and where. The value itself is not repeated: it may be a password.
 * A schema's own message is the end of the sentence: `at most 64 characters`.
 */
export function faultOf(source: Source, issue: v.BaseIssue<unknown>): SwitchboardError {
  const field = v.getDotPath(issue);
  const details = field === null ? {} : { field };
  return new SwitchboardError('protocol.invalid', sentenceOf(source, field, issue), details);
}

function sentenceOf(source: Source, field: string | null, issue: v.BaseIssue<unknown>): string {
  if (field === null) {
    if (source === 'body' && issue.input === undefined) {
      return 'The body is missing. Send JSON, with Content-Type: application/json.';
    }
    return `The ${source} is not as expected: ${expectationOf(issue)}.`;
  }
  if (issue.kind === 'schema' && issue.expected === 'never') return `“${field}” is not known in the ${source}.`;
  // An entry that is not there is not of the path's type either: the object says it, not the entry.
  if (issue.input === undefined) return `“${field}” is missing in the ${source}.`;
  return `“${field}” in the ${source} is not as expected: ${expectationOf(issue)}.`;
}

/** Valibot's own messages tell what was received; those of our schemas are kept. */
function expectationOf({ message, expected }: v.BaseIssue<unknown>): string {
  const own = !message.startsWith('Invalid ');
  return own ? message : (expected ?? 'another form');
}
