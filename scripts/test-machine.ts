import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { findChromium } from './chromium.ts';

/** Something that tests need of the machine, and Debian's packages with it. */
interface Need {
  readonly what: string;
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
  /** Without it the tests can't run; without the others they make do. */
  readonly isRequired: boolean;
}

const VOICES = '/usr/share/sounds/alsa';
const ALSA_TO_PULSEAUDIO = '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so';
/** What a key held to talk is read with; Chromium brings the rest. */
const X_LIBRARY = '/usr/lib/*/libXt.so.6';
const IS_LINUX = process.platform === 'linux';

const BROWSER: Need = {
  what: 'a browser (Chromium or Chrome, or name one in CHROMIUM_PATH)',
  packages: ['chromium'],
  isThere: () => findChromium() !== undefined,
  isRequired: true,
};
const SPEECH: Need = {
  what: 'recorded and made voices',
  packages: ['alsa-utils', 'espeak-ng'],
  isThere: () => existsSync(VOICES) && isInPath('espeak-ng'),
  isRequired: false,
};
/** Devices for native sound: a PulseAudio that the tests start for themselves, and what leads ALSA's clients to it. */
const SOUND: Need = {
  what: 'a sound server to start',
  packages: ['pulseaudio', 'pulseaudio-utils', 'libasound2-plugins'],
  isThere: () => !IS_LINUX || (['pulseaudio', 'pactl'].every(isInPath) && globSync(ALSA_TO_PULSEAUDIO).length > 0),
  isRequired: true,
};
/** A screen with a keyboard, for the talk key. */
const SCREEN: Need = {
  what: 'an X display to start',
  packages: ['xvfb', 'xdotool', 'libxt6', 'libxtst6', 'libxrandr2'],
  isThere: () => !IS_LINUX || (['Xvfb', 'xdotool'].every(isInPath) && globSync(X_LIBRARY).length > 0),
  isRequired: true,
};
/** code-server, a VS Code for tests, is built against it. */
const EDITOR: Need = {
  what: 'the headers of Kerberos',
  packages: ['libkrb5-dev'],
  isThere: () => isInPath('krb5-config'),
  isRequired: true,
};

/**
 * Sees to it that the machine has what the larger tests need: Chromium, speech to send through the system, sound devices
 * and a screen. Installs it where that is possible without asking, and says what is missing where it isn't.
 * @param options `editor`: tests in an editor are among them
 * @returns false if the tests can't run
 */
export function prepareTestMachine({ editor }: { readonly editor: boolean }): boolean {
  const needs = [BROWSER, SPEECH, SOUND, SCREEN, ...(editor ? [EDITOR] : [])];
  const isMissing = (need: Need): boolean => !need.isThere();
  if (!needs.some(isMissing)) return true;
  const isBrowserNamed = (process.env.CHROMIUM_PATH ?? '') !== '';
  if (isBrowserNamed && isMissing(BROWSER)) {
    console.error('CHROMIUM_PATH names no program that can be run.');
    return false;
  }
  if (canInstall()) install(needs.filter(isMissing).flatMap(({ packages }) => packages));
  const missing = needs.filter(isMissing);
  for (const { what, packages } of missing) {
    console.error(`The tests need ${what}: on Debian or Ubuntu, sudo apt-get install ${packages.join(' ')}.`);
  }
  return !missing.some(({ isRequired }) => isRequired);
}

function isInPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => existsSync(join(folder, program)));
}

function canInstall(): boolean {
  return IS_LINUX && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function install(packages: readonly string[]): void {
  console.error(`Installing ${packages.join(', ')} …`);
  const installed =
    apt('update', '--quiet') && apt('install', '--quiet', '--yes', '--no-install-recommends', ...packages);
  if (!installed) console.error('apt-get could not install them.');
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}
