import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Launch flags for every Chromium that a test starts: no window, no calls home, and a made microphone
 * that needs no permission dialogue.
 */
export const CHROMIUM_ARGS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * The Chromium or Chrome of this machine, or undefined if it has none.
 * `CHROMIUM_PATH` decides alone where it is set; otherwise the usual places and then `PATH` are searched.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string | undefined {
  const named = env.CHROMIUM_PATH ?? '';
  if (named !== '') return isExecutable(named) ? named : undefined;
  const suffix = platform === 'win32' ? '.exe' : '';
  const inPath = (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name + suffix)));
  return [...usualPlaces(env, platform), ...inPath].find(isExecutable);
}

function usualPlaces(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(env.HOME ?? '', 'Applications')].flatMap((folder) => [
        join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
        join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
      ]);
    case 'win32':
      return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Chromium\\Application\\chrome.exe'),
          join(folder, 'Google\\Chrome\\Application\\chrome.exe'),
        ]);
    default:
      return ['/usr/bin', '/snap/bin', '/opt/google/chrome'].flatMap((folder) =>
        NAMES.map((name) => join(folder, name)),
      );
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
