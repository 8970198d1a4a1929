import { readPluginPackage } from '@switchboard/client/plugins';
import { consentsOf, type PluginCommand } from '@switchboard/protocol';
import { onlyOne, parsed, pathOf } from './arguments.ts';
import { wordsOf } from './consent-words.ts';
import { readNeeded } from './plugin-folder.ts';
import type { ToolCommand } from './tool-io.ts';

const WHERE = { client: 'with a person, in a page or an editor', server: 'in the server, for everyone' } as const;

export const inspectCommand: ToolCommand = {
  name: 'inspect',
  summary: 'says what is in a package, and what people would be asked',
  help: `Checks a package as everyone who installs it does, and says what it is and what people are asked to agree to.

  npm run plugin -- inspect ZIP`,

  async run(args, io) {
    const path = pathOf(io, onlyOne(parsed(args, {}).positionals, 'the package', undefined));
    const { manifest, wasm, readme, icon } = await readPluginPackage(await readNeeded(path));
    const { publisher, targets, hooks, commands, config } = manifest;
    io.say(`${manifest.name} ${manifest.version} (${manifest.id}), by ${manifest.author}, ${manifest.licence}`);
    io.say(manifest.description);
    if (manifest.homepage !== undefined) io.say(manifest.homepage);
    io.say(publisher === undefined ? 'Not signed: anybody may have changed it.' : `Signed by ${publisher}.`);
    io.say(`Runs ${targets.map((target) => WHERE[target]).join('; and ')}.`);
    io.say(`Hooks: ${hooks.join(', ')}.`);
    for (const command of commands) io.say(`Command ${shownCommand(command)}: ${command.description}`);
    const settings = Object.keys(config.properties);
    if (settings.length > 0) io.say(`Settings: ${settings.join(', ')}.`);
    io.say(
      `Code ${(wasm.length / 1024).toFixed(1)} KiB, ${readme === '' ? 'no README' : 'README'}, ${icon === '' ? 'no icon' : 'icon'}.`,
    );
    const consents = consentsOf(manifest);
    io.say(consents.length === 0 ? 'It asks for nothing.' : 'Whoever installs it is asked to agree that it:');
    for (const consent of consents) io.say(`  - ${wordsOf(consent, manifest)} [${consent}]`);
    return 0;
  },
};

function shownCommand({ name, arguments: wanted }: PluginCommand): string {
  return [`/${name}`, ...wanted.map((one) => (one.required ? `<${one.name}>` : `[${one.name}]`))].join(' ');
}
