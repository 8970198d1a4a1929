import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { findChromium } from './chromium.ts';
import { ROOT } from './run.ts';

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
/** Of the system, or of rustup. */
const RUST_FOR_WASM = [
  '/usr/lib/rustlib/wasm32-unknown-unknown',
  join(homedir(), '.rustup/toolchains/*/lib/rustlib/wasm32-unknown-unknown'),
];
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

/** Plugins are written in C and Rust, too; without them those in AssemblyScript are built, and of the others the Wasm is taken that is there. */
const WASM_COMPILERS: Need = {
  what: 'compilers of C and Rust that make WebAssembly',
  packages: ['clang', 'lld', 'rustc', 'cargo', 'libstd-rust-dev-wasm32'],
  isThere: () => ['clang', 'wasm-ld', 'rustc', 'cargo'].every(isInPath) && globSync(RUST_FOR_WASM).length > 0,
  isRequired: false,
};

export interface TestMachineOptions {
  /** Tests are among them that need a browser, sound or a screen. */
  readonly whole: boolean;
  /** Tests in an editor are among them. */
  readonly editor: boolean;
  /** Tests are among them that compile plugins. */
  readonly plugins: boolean;
}

/**
 * Sees to it that the machine has what the larger tests need: Chromium, speech to send through the system, sound devices,
 * a screen and compilers. Installs it where that is possible without asking, and says what is missing where it isn't.
 * @returns false if the tests can't run
 */
export function prepareTestMachine({ whole, editor, plugins }: TestMachineOptions): boolean {
  const needs = [
    ...(whole ? [BROWSER, SPEECH, SOUND, SCREEN] : []),
    ...(editor ? [EDITOR] : []),
    ...(plugins ? [WASM_COMPILERS] : []),
  ];
  const isMissing = (need: Need): boolean => !need.isThere();
  if (!needs.some(isMissing)) return true;
  const isBrowserNamed = (process.env.CHROMIUM_PATH ?? '') !== '';
  if (whole && isBrowserNamed && isMissing(BROWSER)) {
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

/**
 * @param filter as given to vitest: parts of paths; none means all
 * @returns whether such a run has tests that compile plugins
 */
export function compilesPlugins(filter: readonly string[]): boolean {
  const specs = globSync('plugins/**/*.integration.spec.ts', { cwd: ROOT });
  return filter.length === 0 || specs.some((spec) => filter.some((part) => spec.includes(part)));
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
