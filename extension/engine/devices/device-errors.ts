import { SwitchboardError, type ErrorCode } from '@switchboard/protocol';

const MISSING = [
  'NO_MICROPHONE_FOUND',
  'MICROPHONE_NOT_FOUND',
  'NOT_AN_INPUT_DEVICE',
  // What a default without any microphone behind it ends in.
  'DEVICE_ENUMERATION_FAILED',
];

/** What a library failed with, as a sentence for whoever wanted to speak. */
export function microphoneError(cause: unknown): SwitchboardError {
  if (cause instanceof SwitchboardError) return cause;
  const reason = codeOf(cause);
  if (reason === 'PERMISSION_DENIED') {
    return new SwitchboardError(
      'client.microphone_refused',
      'The system does not let the editor use the microphone. Allow it in the system’s privacy settings, then try again.',
      { cause },
    );
  }
  const code: ErrorCode = MISSING.includes(reason) ? 'client.microphone_missing' : 'client.microphone_failed';
  return new SwitchboardError(code, undefined, { cause });
}

export function speakerError(cause: unknown): SwitchboardError {
  if (cause instanceof SwitchboardError) return cause;
  return new SwitchboardError(
    'client.audio_failed',
    'The speaker could not be opened. Another program may be using it, or the sound service does not run.',
    { cause },
  );
}

function codeOf(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}
