import type { Plugin, PluginInspection, PluginLogLine } from '../api/types.ts';

/** A PNG of 16 × 16 pixels. */
const ICON =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAOUlEQVR42mPICzhBEmIYIA3/wYBYDf+RAGEN/zEAPg3/cQDsGv7jBdTQQLKTyPE0OcFKTsQNdOIDAK4d3fTsKbegAAAAAElFTkSuQmCC';
const NO_FIGURES = { calls: 0, faults: 0, restarts: 0, refused: 0, meanUs: 0, maxUs: 0 };

/** A plugin of the server; each names only what matters to it. */
export function plugin(given: Partial<Plugin> & Pick<Plugin, 'id' | 'name'>): Plugin {
  return {
    version: '1.0.0',
    description: `What ${given.name} is for.`,
    author: 'Ada Lovelace',
    licence: 'MIT',
    homepage: null,
    targets: ['server'],
    hooks: ['on_command'],
    commands: [],
    publisher: null,
    icon: '',
    packageSha256: `sha256 of ${given.id} ${given.version ?? '1.0.0'}`,
    bytes: 48_000,
    consents: [],
    enabled: false,
    offered: false,
    configSchema: { type: 'object', properties: {} },
    config: {},
    status: { kind: 'off', problem: null },
    figures: NO_FIGURES,
    installedAt: 0,
    updatedAt: 0,
    ...given,
  };
}

/** The package of one. */
export function inspection(of: Plugin, given: Partial<PluginInspection> = {}): PluginInspection {
  const { id, name, version, description, author, licence, homepage, targets, hooks, commands } = of;
  const { publisher, icon, packageSha256, bytes, consents } = of;
  return {
    ...{ id, name, version, description, author, licence, homepage, targets, hooks, commands },
    ...{ publisher, icon, packageSha256, bytes, consents },
    readme: '',
    installedVersion: null,
    newConsents: consents,
    ...given,
  };
}

export const greeter = plugin({
  id: 'greeter',
  name: 'Greeter',
  description: 'Welcomes who comes to the server with a notice, and tells a room who has joined it.',
  author: 'Switchboard',
  hooks: ['on_user_join_channel'],
  publisher: '5f3c'.repeat(16),
  icon: ICON,
  consents: ['hook:on_user_join_channel', 'permission:message.send', 'permission:storage'],
  enabled: true,
  configSchema: {
    type: 'object',
    properties: {
      notice: {
        type: 'string',
        title: 'Notice',
        description: 'Shown to who comes to the server. {name} becomes their name.',
        default: 'Welcome, {name}!',
        maxLength: 40,
      },
      everyMinutes: { type: 'integer', title: 'Not more often than every … minutes', default: 60, minimum: 0 },
    },
  },
  config: { notice: 'Welcome, {name}!', everyMinutes: 60 },
  status: { kind: 'running', problem: null },
  figures: { calls: 1_284, faults: 0, restarts: 0, refused: 0, meanUs: 84.2, maxUs: 2_310 },
});

export const filter = plugin({
  id: 'org.example.word-filter',
  name: 'Word filter',
  version: '0.9.1',
  description: 'Rejects messages with words that you name.',
  hooks: ['on_message'],
  consents: ['hook:on_message', 'host:words.example.org', 'permission:log'],
  enabled: true,
  status: { kind: 'stopped', problem: { code: 'plugin.timed_out', message: 'It took longer than 100 ms.' } },
  figures: { calls: 41, faults: 3, restarts: 2, refused: 1, meanUs: 9_100, maxUs: 100_400 },
});

export const voiceChanger = plugin({
  id: 'voice-changer',
  name: 'Voice changer',
  description: 'Makes your voice deeper, higher, a giant’s, a robot’s or a whisper, while you speak.',
  author: 'Switchboard',
  homepage: 'https://example.org/voice-changer',
  targets: ['client'],
  hooks: ['on_audio_frame_captured', 'on_command'],
  commands: [{ name: 'voice', description: 'Changes your voice' }],
  publisher: '5f3c'.repeat(16),
  icon: ICON,
  consents: ['hook:on_audio_frame_captured'],
  offered: true,
});

export const both = plugin({
  id: 'polls',
  name: 'Polls with a name that goes on for longer than anybody would wish for',
  version: '2.0.0-beta.1',
  author: 'An author whose name does not fit into one line of a narrow page either',
  targets: ['client', 'server'],
  consents: ['permission:members.read', 'permission:status.set', 'hook:on_connect'],
  status: { kind: 'off', problem: null },
});

export const dice = plugin({
  id: 'dice',
  name: 'Dice',
  description: 'Rolls dice for everyone to see.',
  author: 'Switchboard',
  consents: ['permission:storage'],
});

export const installedPlugins = (): Plugin[] => [greeter, filter, voiceChanger, both];

export const bundledPlugins = (): PluginInspection[] => [
  inspection(dice),
  inspection(
    {
      ...greeter,
      version: '1.1.0',
      packageSha256: 'another',
      consents: [...greeter.consents, 'permission:members.read'],
    },
    { installedVersion: '1.0.0', newConsents: ['permission:members.read'], readme: '# Greeter\n\nTry `{name}`.' },
  ),
  inspection(voiceChanger, { installedVersion: '1.0.0', newConsents: [] }),
];

export const pluginLog = (): PluginLogLine[] => [
  { time: Date.UTC(2026, 10, 18, 12, 0, 1), level: 'info', text: 'Ready.' },
  { time: Date.UTC(2026, 10, 18, 12, 0, 2), level: 'debug', text: 'Grace is known.' },
  { time: Date.UTC(2026, 10, 18, 12, 1, 0), level: 'warn', text: 'A name was <b>empty</b>.' },
];
