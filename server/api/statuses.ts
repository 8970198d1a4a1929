import type { ErrorCode } from '@switchboard/protocol';

/** Those that a server can send; the others are a client's own. */
type ServerErrorCode = Exclude<ErrorCode, `client.${string}`>;

/** The HTTP status of each code (RFC 9110, RFC 6585). A new code needs its line. */
const STATUSES = {
  'protocol.malformed': 400,
  'protocol.unknown_type': 400,
  'protocol.invalid': 400,
  'protocol.too_large': 413,
  'protocol.too_slow': 408,
  'protocol.hello_required': 400,
  'protocol.hello_repeated': 400,
  'protocol.version_unsupported': 400,
  'protocol.too_many_bad_messages': 400,

  'auth.nickname_invalid': 400,
  'auth.nickname_taken': 409,
  'auth.guests_disabled': 403,
  'auth.credentials_invalid': 401,
  'auth.origin_refused': 403,
  'auth.username_invalid': 400,
  'auth.username_taken': 409,
  'auth.password_weak': 400,
  'auth.password_wrong': 403,
  'auth.too_many_attempts': 429,
  'auth.log_in_ended': 401,
  'auth.log_in_not_found': 404,
  'auth.registration_closed': 403,
  'auth.invite_required': 403,
  'auth.invite_invalid': 403,
  'auth.setup_closed': 409,
  'auth.setup_code_wrong': 403,
  'auth.token_missing': 401,
  'auth.token_invalid': 401,
  'auth.token_expired': 401,
  'auth.join_token_expired': 401,

  'api.not_found': 404,

  'access.denied': 403,
  'access.rank': 403,
  'access.not_yours_to_give': 403,
  'access.last_admin': 409,
  'access.banned': 403,

  'session.expired': 401,
  'session.replaced': 409,
  'session.kicked': 403,
  'session.logged_out': 401,

  'server.full': 503,
  'server.draining': 503,
  'server.rate_limited': 429,
  'server.not_found': 404,
  'server.last': 409,
  'server.internal': 500,

  'channel.not_found': 404,
  'channel.password_wrong': 403,
  'channel.password_required': 403,
  'channel.full': 409,
  'channel.not_joined': 409,
  'channel.role_required': 403,
  'channel.has_children': 409,
  'channel.cycle': 409,
  'channel.refused': 403,

  'member.not_found': 404,
  'user.not_found': 404,
  'role.not_found': 404,
  'role.built_in': 409,
  'invite.not_found': 404,
  'api_key.not_found': 404,
  'ban.not_found': 404,
  'ban.nothing_to_ban': 409,

  'whisper.no_audience': 409,
  'whisper.not_allowed': 403,

  'message.not_found': 404,
  'message.not_author': 403,
  'message.nonce_reused': 409,
  'message.slow_mode': 429,
  'message.rejected': 403,
  'message.cancelled': 403,

  'command.unknown': 404,
  'command.failed': 502,

  'plugin.not_found': 404,
  'plugin.too_many': 409,
  'plugin.package_damaged': 400,
  'plugin.package_too_large': 413,
  'plugin.manifest_invalid': 400,
  'plugin.abi_newer': 409,
  'plugin.hash_wrong': 400,
  'plugin.signature_wrong': 400,
  'plugin.publisher_changed': 409,
  'plugin.older': 409,
  'plugin.duplicate': 409,
  'plugin.module_refused': 400,
  'plugin.target_wrong': 409,
  'plugin.consent_required': 409,
  'plugin.config_invalid': 400,
  'plugin.start_failed': 409,
  'plugin.timed_out': 409,
  'plugin.crashed': 409,
  'plugin.answer_invalid': 409,
  'plugin.quota': 409,
  'plugin.storage_failed': 507,

  'webhook.not_found': 404,
  'webhook.too_many': 409,
  'backup.invalid': 400,
  'backup.newer': 409,
  'backup.too_large': 413,
  'backup.in_progress': 409,

  'stress.running': 409,
  'stress.not_running': 409,
  'stress.people_present': 409,
  'stress.channel_unsuitable': 409,
} as const satisfies Record<ServerErrorCode, number>;

/** A code that is a client's own has no business here: something is wrong on the server. */
export function statusOf(code: ErrorCode): number {
  return (STATUSES as Partial<Record<ErrorCode, number>>)[code] ?? 500;
}
