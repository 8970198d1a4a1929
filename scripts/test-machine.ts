import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { findChromium } from './chromium.ts';

/** Debian's packages with a browser, recorded voices and made speech. */
const PACKAGES = ['chromium', 'alsa-utils', 'espeak-ng'];
const VOICES = '/usr/share/sounds/alsa';

/**
 * Sees to it that the machine has what the larger tests need: Chromium, and speech to send through the system.
 * Installs it where that is possible without asking, and says what is missing where it isn't.
 * @returns false if the tests can't run
 */
export function prepareTestMachine(): boolean {
  if (findChromium() !== undefined && hasSpeech()) return true;
  const isBrowserNamed = (process.env.CHROMIUM_PATH ?? '') !== '';
  if (isBrowserNamed && findChromium() === undefined) {
    console.error('CHROMIUM_PATH names no program that can be run.');
    return false;
  }
  if (canInstall()) {
    console.error(`Installing ${PACKAGES.join(', ')} …`);
    const installed =
      apt('update', '--quiet') && apt('install', '--quiet', '--yes', '--no-install-recommends', ...PACKAGES);
    if (!installed) console.error('apt-get could not install them.');
  }
  if (!hasSpeech()) {
    console.error(
      'No speech to test with: install espeak-ng and alsa-utils (on Debian or Ubuntu: sudo apt-get install).',
    );
  }
  if (findChromium() !== undefined) return true;
  console.error(
    'The tests need a browser: install Chromium or Chrome (on Debian or Ubuntu: sudo apt-get install chromium), or name one in CHROMIUM_PATH.',
  );
  return false;
}

function hasSpeech(): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return existsSync(VOICES) && folders.some((folder) => existsSync(join(folder, 'espeak-ng')));
}

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}
