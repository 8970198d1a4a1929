import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { describe, expect, it } from 'vitest';
import { COMMAND_IDS } from '../commands/command-ids.ts';
import { EDITOR_SENTENCES } from '../calls/sentences.ts';

const FOLDER = join(import.meta.dirname, '..');
const NOT_OURS = /(^|\/)(node_modules|dist|testing|packaging)\/|\.spec\.ts$|\.d\.ts$/;

/** The codes that somebody in an editor can meet, beside those that have other words there: the others concern administrators and programs. */
const SHOWN_ERRORS = [
  'protocol.version_unsupported',
  'protocol.too_large',
  'protocol.too_slow',
  'auth.nickname_invalid',
  'auth.nickname_taken',
  'auth.guests_disabled',
  'auth.credentials_invalid',
  'auth.username_invalid',
  'auth.username_taken',
  'auth.password_weak',
  'auth.password_wrong',
  'auth.too_many_attempts',
  'auth.registration_closed',
  'auth.invite_required',
  'auth.invite_invalid',
  'auth.token_missing',
  'auth.token_invalid',
  'auth.token_expired',
  'access.denied',
  'access.rank',
  'access.banned',
  'session.expired',
  'session.replaced',
  'session.kicked',
  'session.logged_out',
  'server.full',
  'server.draining',
  'server.rate_limited',
  'server.internal',
  'channel.not_found',
  'channel.password_wrong',
  'channel.password_required',
  'channel.full',
  'channel.not_joined',
  'channel.role_required',
  'member.not_found',
  'ban.nothing_to_ban',
  'message.slow_mode',
  'client.unreachable',
  'client.not_a_switchboard',
  'client.disconnected',
  'client.timeout',
  'client.invalid_server_message',
  'client.microphone_missing',
  'client.microphone_failed',
  'client.audio_broke',
  'client.voice_unreachable',
] as const satisfies readonly ErrorCode[];

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(FOLDER, path), 'utf8')) as Record<string, unknown>;
}

/** What the sources hand over to be translated: the sentences written as literals. */
async function sentencesInSources(): Promise<ReadonlySet<string>> {
  const found = new Set<string>(Object.values(EDITOR_SENTENCES));
  for (const code of SHOWN_ERRORS) found.add(ERROR_SENTENCES[code]);
  const paths = (await readdir(FOLDER, { recursive: true })).filter(
    (path) => path.endsWith('.ts') && !NOT_OURS.test(path) && !path.startsWith('room-panel/page/'),
  );
  for (const path of paths) {
    const source = await readFile(join(FOLDER, path), 'utf8');
    const calls = /(?<![\w.])(?:(?:vscode\.)?l10n\.)?t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`([^`$\\]*)`)/g;
    for (const [, single, double, back] of source.matchAll(calls))
      found.add((single ?? double ?? back ?? '').replaceAll(/\\(.)/g, '$1'));
  }
  return found;
}

const placeholders = (sentence: string) => [...sentence.matchAll(/\{\d+\}/g)].map(([text]) => text).sort();
/** Also as the editor's own buttons are named. */
const SAME_IN_GERMAN = ['{0} %', '{0}: {1}'];

describe('the German of what the sources say', () => {
  it('has every sentence, and no other', async () => {
    const [sentences, german] = await Promise.all([sentencesInSources(), readJson('l10n/bundle.l10n.de.json')]);
    expect(sentences.size).toBeGreaterThan(50);
    expect(
      [...sentences]
        .filter((sentence) => !(sentence in german))
        .sort()
        .join('\n'),
    ).toBe('');
    expect(
      Object.keys(german)
        .filter((sentence) => !sentences.has(sentence))
        .join('\n'),
    ).toBe('');
  });

  it('keeps what is filled in, and is not the English', async () => {
    for (const [english, german] of Object.entries(await readJson('l10n/bundle.l10n.de.json'))) {
      expect(placeholders(String(german)), english).toEqual(placeholders(english));
      if (!SAME_IN_GERMAN.includes(english)) expect(String(german).trim()).not.toBe('');
    }
  });
});

describe('the manifest', () => {
  it('finds each of its words in English and in German, and no other is kept', async () => {
    const manifest = await readFile(join(FOLDER, 'package.json'), 'utf8');
    const keys = [...new Set([...manifest.matchAll(/"%([\w.-]+)%"/g)].map(([, key]) => key))].sort();
    expect(keys.length).toBeGreaterThan(50);
    for (const language of ['package.nls.json', 'package.nls.de.json'])
      expect(Object.keys(await readJson(language)).sort()).toEqual(keys);
  });

  it('promises the commands that there are', async () => {
    const { contributes } = (await readJson('package.json')) as {
      contributes: {
        commands: { command: string; enablement?: string }[];
        menus: Record<string, { command: string; when: string }[]>;
        keybindings: { command: string; key: string; mac: string; when: string }[];
      };
    };
    const promised = contributes.commands.map(({ command }) => command);
    expect([...promised].sort()).toEqual(COMMAND_IDS.map((id) => `switchboard.${id}`).sort());
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    expect(used.filter((command) => !promised.includes(command))).toEqual([]);
    // The editor draws all lines of the tree anew when a context key changes that is asked for here.
    const inTree = (contributes.menus['view/item/context'] ?? []).flatMap(({ command, when }) => [
      when,
      contributes.commands.find((promise) => promise.command === command)?.enablement ?? '',
    ]);
    for (const condition of inTree)
      expect(condition.replace('view == switchboard.rooms', '')).not.toContain('switchboard.');
    // A key is ours only while there is something to do with it.
    for (const { when } of contributes.keybindings) expect(when).toMatch(/switchboard\.(connected|inRoom)/);
    for (const system of ['key', 'mac'] as const) {
      const keys = contributes.keybindings.map((binding) => binding[system]);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});
