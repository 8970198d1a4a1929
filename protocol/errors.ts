/**
 * The error codes of the contract, each with the sentence a person sees when no translation is at hand.
 * A sentence says what happened and what to do.
 */
export const ERROR_SENTENCES = {
  'protocol.malformed': 'The message was not valid JSON of the expected form.',
  'protocol.unknown_type': 'The server does not know this request. One of the two is older than the other.',
  'protocol.invalid': 'The request has a field that is missing or wrong.',
  'protocol.too_large': 'The message is larger than the server accepts.',
  'protocol.too_slow': 'The request took too long to arrive. Try again.',
  'protocol.hello_required': 'Say hello first: the connection has no session yet.',
  'protocol.hello_repeated': 'This connection already has a session.',
  'protocol.version_unsupported': 'Client and server speak different versions. Update the older one.',
  'protocol.too_many_bad_messages': 'The connection was closed after too many invalid messages.',

  'auth.nickname_invalid': 'Choose a nickname of 1 to 32 visible characters.',
  'auth.nickname_taken': 'Someone here already has this nickname. Choose another.',
  'auth.guests_disabled': 'This server does not accept guests. Sign in with an account.',
  'auth.credentials_invalid': 'The sign-in was not accepted. Check it and try again.',
  'auth.origin_refused': 'This page may not use the server. Its operator can allow the page’s address.',
  'auth.username_invalid':
    'A user name has 2 to 32 letters, digits, dots, hyphens and underscores, and begins with one of the first two.',
  'auth.username_taken': 'Someone has this user name already. Choose another.',
  'auth.password_weak': 'Choose a better password: at least 8 characters, and not one that anyone would guess.',
  'auth.password_wrong': 'The password is wrong.',
  'auth.too_many_attempts': 'Too many failed attempts. Wait a moment, then try again.',
  'auth.log_in_ended': 'The log-in has ended. Log in again.',
  'auth.log_in_not_found': 'There is no such log-in of yours.',
  'auth.registration_closed': 'This server takes no new accounts by itself. Ask its operator for one.',
  'auth.invite_required': 'You need an invitation to make an account here.',
  'auth.invite_invalid': 'This invitation is not valid any more. Ask for a new one.',
  'auth.setup_closed': 'This server is set up already. Log in instead.',
  'auth.setup_code_wrong': 'The set-up link is not the one that this start of the server printed.',
  'auth.token_missing': 'Log in first: this needs an access token or an API key.',
  'auth.token_invalid': 'The access token or API key is not valid. Log in again.',
  'auth.token_expired': 'The access token has expired. Refresh it, or log in again.',
  'auth.join_token_expired': 'This invitation to the room has expired. Ask the page for a new one, or reload it.',

  'api.not_found': 'There is nothing at this address.',

  'access.denied': 'You may not do this here.',
  'access.rank': 'You can only do this to people and roles of a lower rank than yours. Ask somebody of a higher rank.',
  'access.not_yours_to_give': 'You can only give permissions that you have yourself.',
  'access.last_admin': 'This is the last administrator. Make somebody else one first.',
  'access.banned': 'You are banned from this server.',

  'session.expired': 'The session has ended. Connect again.',
  'session.replaced': 'You joined from another window. Only one can talk at a time.',
  'session.kicked': 'A moderator has removed you from the server.',
  'session.logged_out': 'You have been signed out. Sign in again.',

  'server.full': 'The server is full. Try again later.',
  'server.draining': 'The server is restarting. You will be reconnected.',
  'server.rate_limited': 'Too many requests. Wait a moment.',
  'server.not_found': 'There is no such virtual server.',
  'server.last': 'This is the only virtual server here. Make another one first.',
  'server.internal': 'Something went wrong on the server. Try again; its log has the details.',

  'channel.not_found': 'This channel does not exist any more.',
  'channel.password_wrong': 'The password is wrong.',
  'channel.password_required': 'This channel needs a password.',
  'channel.full': 'The channel is full. Try again when someone leaves.',
  'channel.not_joined': 'Join the channel first.',
  'channel.role_required': 'This channel is for people with a certain role.',
  'channel.has_children': 'Move or delete the channels below this one first.',
  'channel.cycle': 'A channel cannot be below itself.',

  'member.not_found': 'This person is not here any more.',
  'user.not_found': 'There is no such account.',
  'role.not_found': 'There is no such role.',
  'role.built_in': 'This role belongs to every server; it cannot be deleted, and its rank is fixed.',
  'invite.not_found': 'There is no such invitation.',
  'api_key.not_found': 'There is no such API key.',
  'ban.not_found': 'There is no such ban.',
  'ban.nothing_to_ban': 'This guest cannot be recognised again. Ban the address too, or kick instead.',

  'whisper.no_audience': 'Nobody whom you want to whisper to is in a room.',
  'whisper.not_allowed': 'You may not whisper on this server.',

  'message.not_found': 'This message does not exist any more.',
  'message.not_author': 'Only its author can change this message.',
  'message.nonce_reused': 'This was sent as another message already. Send it again as a new one.',
  'message.slow_mode': 'This channel is in slow mode. Wait a moment before you write again.',

  'message.rejected': 'A plugin of this server did not let the message through.',
  'message.cancelled': 'One of your plugins held the message back.',
  'channel.refused': 'A plugin of this server did not let you in.',

  'command.unknown': 'There is no such command here.',
  'command.failed': 'The command did not work: its plugin failed. Try again.',

  'plugin.not_found': 'There is no such plugin.',
  'plugin.too_many': 'There are as many plugins as there may be. Remove one first.',
  'plugin.package_damaged': 'This is not a plugin package, or it is damaged. Nothing was changed.',
  'plugin.package_too_large': 'The plugin package is larger than is accepted. Nothing was changed.',
  'plugin.manifest_invalid': 'The plugin’s description, plugin.json, has a field that is missing or wrong.',
  'plugin.abi_newer': 'The plugin is made for a newer version of Switchboard. Update Switchboard first.',
  'plugin.hash_wrong': 'The plugin’s code is not what its description names. Get the package again.',
  'plugin.signature_wrong': 'The plugin’s signature is missing or does not match. Get the package from its publisher.',
  'plugin.publisher_changed':
    'A plugin with this id from another publisher is installed. Remove that one first, if you trust this one.',
  'plugin.older': 'A newer version of this plugin is installed. Remove it first to go back.',
  'plugin.duplicate': 'Two plugins with this id are here. Remove one of them.',
  'plugin.module_refused': 'The plugin’s code is not allowed to run here.',
  'plugin.target_wrong': 'The plugin does not run here.',
  'plugin.consent_required': 'The plugin wants more than has been agreed to. Look at what it asks for.',
  'plugin.config_invalid': 'A setting of the plugin is wrong.',
  'plugin.start_failed': 'The plugin could not be started.',
  'plugin.timed_out': 'The plugin took too long and was stopped.',
  'plugin.crashed': 'The plugin broke and was stopped.',
  'plugin.answer_invalid': 'The plugin gave an answer that makes no sense, and was not followed.',
  'plugin.quota': 'The plugin used more than it may and was stopped.',
  'plugin.storage_failed': 'The plugin could not be kept here: there is no room for it, or keeping is blocked.',

  'webhook.not_found': 'There is no such webhook.',
  'webhook.too_many': 'There are as many webhooks as a server may have. Delete one first.',
  'backup.invalid': 'This is not a backup of Switchboard, or it is damaged. Nothing was changed.',
  'backup.newer': 'The backup is of a newer version of Switchboard. Update this server first. Nothing was changed.',
  'backup.too_large': 'The backup is larger than this server accepts. Nothing was changed.',
  'backup.in_progress': 'Another backup is being restored. Wait until it is done.',

  'stress.running': 'A stress test is running already. Stop it first.',
  'stress.not_running': 'No stress test is running.',
  'stress.people_present':
    'People are in rooms and may notice it. Wait until they have gone, or start it nevertheless.',
  'stress.channel_unsuitable':
    'The bots need a channel without a password and a required role, with room for all of them.',

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
  'client.audio_failed': 'Sound could not be started.',
  'client.audio_broke': 'Sound has broken off. Starting it again.',
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
  /** After this it is worth trying again, in ms. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The one error class of the project: a code of the contract, a sentence, and where known the field and the cause. */
export class SwitchboardError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string = ERROR_SENTENCES[code], details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SwitchboardError';
    this.code = code;
    this.field = details.field;
    this.retryAfterMs = details.retryAfterMs;
  }

  static is(error: unknown, code?: ErrorCode): error is SwitchboardError {
    return error instanceof SwitchboardError && (code === undefined || error.code === code);
  }
}
