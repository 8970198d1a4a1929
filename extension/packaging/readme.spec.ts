import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXTENSION } from './bundles.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly keybindings: readonly { readonly command: string; readonly key: string; readonly mac: string }[];
  };
}

const text = (name: string): string => readFileSync(join(EXTENSION, name), 'utf8');
const { commands, keybindings } = (JSON.parse(text('package.json')) as Manifest).contributes;
const strings = JSON.parse(text('package.nls.json')) as Record<string, string>;

/** As it stands on keys: `shift+alt+m` is `Shift+Alt+M`. */
const written = (keys: string): string =>
  keys
    .split('+')
    .map((key) => key.charAt(0).toUpperCase() + key.slice(1))
    .join('+');

describe('README.md', () => {
  it('has the shortcuts of the manifest, by the titles of their commands', () => {
    const rows = keybindings.map(({ command, key, mac }) => {
      const { title } = commands.find((each) => each.command === command)!;
      return `| ${strings[title.replaceAll('%', '')]!} | \`${written(key)}\` | \`${written(mac)}\` |`;
    });
    const table = text('README.md').match(/^\| .* \| `.*` \| `.*` \|$/gm);
    expect(table).toEqual(rows);
  });
});
