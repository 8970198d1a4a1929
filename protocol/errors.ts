/**
 * The error codes of the contract, each with the sentence a person sees when no translation is at hand.
 * A sentence says what happened and what to do.
 */
export const ERROR_SENTENCES = {
  'protocol.malformed': 'The message was not valid JSON of the expected form.',
  'protocol.unknown_type': 'The server does not know this request. One of the two is older than the other.',
  'protocol.invalid': 'The request has a field that is missing or wrong.',
  'protocol.too_large': 'The message is larger than the server accepts.',
  'protocol.hello_required': 'Say hello first: the connection has no session yet.',
  'protocol.hello_repeated': 'This connection already has a session.',
  'protocol.version_unsupported': 'Client and server speak different versions. Update the older one.',
  'protocol.too_many_bad_messages': 'The connection was closed after too many invalid messages.',

  'auth.nickname_invalid': 'Choose a nickname of 1 to 32 visible characters.',
  'auth.nickname_taken': 'Someone here already has this nickname. Choose another.',
  'auth.guests_disabled': 'This server does not accept guests. Sign in with an account.',
  'auth.credentials_invalid': 'The sign-in was not accepted. Check it and try again.',
  'auth.origin_refused': 'This page may not use the server. Its operator can allow the page’s address.',

  'session.expired': 'The session has ended. Connect again.',
  'session.replaced': 'You joined from another window. Only one can talk at a time.',

  'server.full': 'The server is full. Try again later.',
  'server.draining': 'The server is restarting. You will be reconnected.',
  'server.rate_limited': 'Too many requests. Wait a moment.',
  'server.internal': 'Something went wrong on the server. Try again; its log has the details.',

  'channel.not_found': 'This channel does not exist any more.',
  'channel.password_wrong': 'The password is wrong.',
  'channel.password_required': 'This channel needs a password.',
  'channel.full': 'The channel is full. Try again when someone leaves.',
  'channel.not_joined': 'Join the channel first.',

  'whisper.no_audience': 'Nobody whom you want to whisper to is in a room.',
  'whisper.not_allowed': 'You may not whisper on this server.',

  'message.not_found': 'This message does not exist any more.',
  'message.not_author': 'Only its author can change this message.',
  'message.nonce_reused': 'This nonce belongs to another message.',

  'client.unreachable': 'The server cannot be reached. Check the address and your network.',
  'client.not_a_switchboard': 'There is no Switchboard server at this address. Check the address.',
  'client.certificate_untrusted': 'The server’s certificate is not trusted. Check its fingerprint with the operator.',
  'client.disconnected': 'The connection was lost before the server answered.',
  'client.timeout': 'The server did not answer in time.',
  'client.closed': 'The client is closed.',
  'client.invalid_server_message':
    'The server sent something that this client does not understand. Update the older one.',
  'client.microphone_refused': 'The microphone is blocked. Allow it in the browser’s site settings, then try again.',
  'client.microphone_missing': 'No microphone was found. Plug one in, or listen without.',
  'client.microphone_failed': 'The microphone could not be opened. Another program may be using it.',
  'client.insecure_page': 'Browsers allow the microphone on secure pages only. Open this page with https.',
  'client.audio_failed': 'Sound could not be started in this browser.',
  'client.voice_unreachable': 'Voice cannot reach the server. A firewall may block it; trying again.',
  'client.file_unreadable': 'The file could not be read.',
  'client.file_unsupported': 'The file is not a WAV that can be played.',
} as const;

export type ErrorCode = keyof typeof ERROR_SENTENCES;

export const ERROR_CODES = Object.keys(ERROR_SENTENCES) as readonly ErrorCode[];

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_SENTENCES, value);
}

export interface ErrorDetails {
  /** The field at fault, as a dotted path into the request's data. */
  readonly field?: string;
  readonly cause?: unknown;
}

/** The one error class of the project: a code of the contract, a sentence, and where known the field and the cause. */
export class SwitchboardError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string = ERROR_SENTENCES[code], details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SwitchboardError';
    this.code = code;
    this.field = details.field;
  }

  static is(error: unknown, code?: ErrorCode): error is SwitchboardError {
    return error instanceof SwitchboardError && (code === undefined || error.code === code);
  }
}
