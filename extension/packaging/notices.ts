import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageInfo, type PackageInfo } from './pinned-packages.ts';

/** What may be in the package besides our own code. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const LICENSES = join(import.meta.dirname, 'licenses');

/** What a package carries inside and its package.json does not tell. */
const CARRIED: Readonly<Record<string, string>> = {
  'uiohook-napi': `The binary contains libuiohook (https://github.com/kwhat/libuiohook), Copyright (C) 2006-2023 Alexander Barker,
under the GNU Lesser General Public License, version 3 or later. It is used unchanged, as a file of its own that can be replaced:
dist/node_modules/uiohook-napi/prebuilds. Its sources are part of the npm package uiohook-napi. The texts of the
LGPL and of the GPL, on which it builds, are at the end of this file.`,
};

/**
 * The licences of everything in a package that is not ours.
 * @param folders of the npm packages that are in it
 * @throws Error naming a package under a licence that nobody has agreed to
 */
export function noticesOf(folders: readonly string[]): string {
  const packages = new Map(folders.map((folder) => [packageInfo(folder).name, folder]));
  const names = [...packages.keys()].sort();
  const parts = names.map((name) => noticeOf(packages.get(name) ?? ''));
  if (packages.has('uiohook-napi')) parts.push(licenseText('LGPL-3.0.txt'), licenseText('GPL-3.0.txt'));
  return [`Switchboard Voice contains the following software of others.\n`, ...parts].join(`\n${'-'.repeat(80)}\n\n`);
}

function noticeOf(folder: string): string {
  const info = packageInfo(folder);
  const license = info.license ?? '';
  if (!ALLOWED.has(license))
    throw new Error(`${info.name} is under the licence "${license}", which is not on the list`);
  const heading = `${info.name} ${info.version} (${license})${sourceOf(info)}`;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|third[-_]party[-_]notices)/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (files.every((file) => !/^licen[cs]e/i.test(file))) texts.push(`Copyright (c) ${authorOf(info)}`);
  return [heading, ...(CARRIED[info.name] === undefined ? [] : [CARRIED[info.name]]), ...texts]
    .join('\n\n')
    .concat('\n');
}

function sourceOf({ repository, homepage }: PackageInfo): string {
  const url = typeof repository === 'object' ? repository.url : (repository ?? homepage);
  return url === undefined ? '' : `\n${url.replace(/^git\+/, '').replace(/\.git$/, '')}`;
}

function authorOf({ author, name }: PackageInfo): string {
  if (author === undefined) return `the authors of ${name}`;
  return typeof author === 'string' ? author : author.name;
}

function licenseText(file: string): string {
  const path = join(LICENSES, file);
  if (!existsSync(path)) throw new Error(`packaging/licenses/${file} is missing`);
  return readFileSync(path, 'utf8');
}
