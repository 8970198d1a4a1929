import * as vscode from 'vscode';
import { sentenceOf } from '../calls/sentences.ts';
import { SwitchboardError } from '@switchboard/client';
import { nickname as nicknameSchema } from '@switchboard/protocol';
import { safeParse } from 'valibot';
import { plain } from '../notifications/plain-text.ts';
import { credentialPrompt } from './credential-prompt.ts';
import { addressCandidates, doorOf, isReadableOnTheWay } from './server-address.ts';

const { t } = vscode.l10n;

/** What a person types about a server. Undefined where the person turns away. */

export function askAddress(value = ''): Promise<string | undefined> {
  return ask({
    title: t('Address of the Server'),
    prompt: t('As in a browser, for example voice.example.org'),
    placeHolder: 'voice.example.org',
    value,
    validate: (text) => (addressCandidates(text).length === 0 ? t('This is not the address of a server.') : undefined),
  });
}

/** @param host whom it is told to */
export async function askNickname(host: string, value: string): Promise<string | undefined> {
  const typed = await ask({
    title: t('Nickname on {0}', host),
    prompt: t('Others see you under this name.'),
    value,
    validate: (text) =>
      safeParse(nicknameSchema, text).success ? undefined : t('Choose a nickname of 1 to 32 visible characters.'),
  });
  return typed?.trim();
}

export function askName(value: string): Promise<string | undefined> {
  return ask({
    title: t('Name in Your List'),
    value,
    validate: (text) => (text.trim() === '' ? t('Type a name.') : undefined),
  });
}

/**
 * @param server whom it is for
 * @param problem why the last one was refused
 */
export function askPassword(title: string, server: URL, problem?: string): Promise<string | undefined> {
  return ask({
    title,
    prompt: plain(credentialPrompt(server, problem, t)),
    password: true,
    validate: (text) => (text === '' ? t('Type the password.') : undefined),
  });
}

/** The certificate is one that nobody vouches for: the person compares its fingerprint. */
export async function askForTrust(address: URL, fingerprint: string, before?: string): Promise<boolean> {
  const trust = t('Trust This Server');
  const question =
    before === undefined
      ? t('Do you trust the certificate of {0}?', doorOf(address))
      : t('{0} shows another certificate than the one that you trusted. Do you trust the new one?', doorOf(address));
  const advice = t(
    'Nobody vouches for it. Ask the operator of the server for the fingerprint, and go on only if it is the same:',
  );
  const detail = `${advice}\n\n${fingerprint}`;
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, trust);
  return chosen === trust;
}

/** Whether to go on although others can read what is said to the server; at once where they cannot. */
export async function askUnencrypted(address: URL): Promise<boolean> {
  if (!isReadableOnTheWay(address)) return true;
  const goOn = t('Connect Without Encryption');
  const chosen = await vscode.window.showWarningMessage(
    t('The way to {0} is not encrypted.', address.host),
    {
      modal: true,
      detail: t('Others on the network can read your messages and your sign-in. Prefer an address with https.'),
    },
    goOn,
  );
  return chosen === goOn;
}

interface Question {
  readonly title: string;
  readonly prompt?: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly password?: boolean;
  readonly validate: (text: string) => string | undefined;
}

export async function ask({ validate, ...options }: Question): Promise<string | undefined> {
  return vscode.window.showInputBox({ ...options, ignoreFocusOut: true, validateInput: validate });
}

/** Why a form was refused, to be read above it; anything but a refusal is thrown on. */
export function refusalOf(error: unknown): string {
  if (SwitchboardError.is(error)) return sentenceOf(error, t);
  throw error;
}
