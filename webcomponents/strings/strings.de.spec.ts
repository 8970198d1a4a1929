import { ERROR_CODES, type ErrorCode } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { sentence } from './locale.ts';
import { germanPlugins } from './plugin-strings.de.ts';
import { german } from './strings.de.ts';
import { english } from './strings.ts';

/** What the room does nothing for: the dashboard's, other programs', and what only a faulty client is told. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'protocol.malformed',
  'protocol.unknown_type',
  'protocol.invalid',
  'protocol.too_large',
  'protocol.hello_required',
  'protocol.hello_repeated',
  'protocol.too_many_bad_messages',
  'auth.log_in_not_found',
  'auth.setup_closed',
  'auth.setup_code_wrong',
  'api.not_found',
  'access.not_yours_to_give',
  'server.not_found',
  'server.last',
  'channel.has_children',
  'channel.cycle',
  'user.not_found',
  'role.not_found',
  'role.built_in',
  'invite.not_found',
  'api_key.not_found',
  'ban.not_found',
  'client.certificate_untrusted',
  'client.file_unsupported',
  'plugin.duplicate',
] satisfies ErrorCode[]);
const DASHBOARD = ['webhook.', 'backup.', 'stress.'];

const isElsewhere = (code: ErrorCode): boolean =>
  ELSEWHERE.has(code) || DASHBOARD.some((prefix) => code.startsWith(prefix));

describe('the German words', () => {
  it('have a sentence for each failure that somebody in the room may meet, and for no other', () => {
    const sentences = { ...german.errors, ...germanPlugins.errors };
    const told = ERROR_CODES.filter((code) => sentences[code] !== undefined);
    expect(told).toEqual(ERROR_CODES.filter((code) => !isElsewhere(code)));
  });
});

describe('of a ban', () => {
  const message = 'You are banned from this server until 2026-11-24 12:00 UTC: Spam.';

  it.each([
    [english, message],
    [german, `Du bist auf diesem Server gesperrt. ${message}`],
  ])('the server’s own words say why and until when', (strings, said) => {
    expect(sentence(strings, { code: 'access.banned', message })).toBe(said);
  });

  it.each([english, german])('the usual words do where it said nothing more', (strings) => {
    const usual = strings.errors['access.banned'];
    expect(usual).toBeDefined();
    for (const nothing of ['', 'You are banned from this server.'])
      expect(sentence(strings, { code: 'access.banned', message: nothing })).toBe(usual);
  });
});
