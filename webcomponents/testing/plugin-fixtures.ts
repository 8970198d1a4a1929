import type { ChatEntry, CommandState, PluginInspection, PluginLogLine, PluginState } from '@switchboard/client';
import { consentsOf, defaultConfig, type PluginManifest, type PluginOffer } from '@switchboard/protocol';

/** Plugins as values of the real types; each names only what matters to it. */

/** A PNG of 16 × 16 pixels. */
const ICON =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAOUlEQVR42mPICzhBEmIYIA3/wYBYDf+RAGEN/zEAPg3/cQDsGv7jBdTQQLKTyPE0OcFKTsQNdOIDAK4d3fTsKbegAAAAAElFTkSuQmCC';

export const manifest = (given: Partial<PluginManifest> & Pick<PluginManifest, 'id'>): PluginManifest => ({
  schema: 1,
  version: '1.0.0',
  abi: 1,
  name: given.id,
  description: `What ${given.id} is for.`,
  author: 'Ada Lovelace',
  licence: 'MIT',
  targets: ['client'],
  hooks: ['on_command'],
  commands: [],
  permissions: [],
  limits: { memoryPages: 256, callMs: 500, storageBytes: 262_144 },
  config: { type: 'object', properties: {} },
  sha256: '00'.repeat(32),
  ...given,
});

export const plugin = (described: PluginManifest, given: Partial<Omit<PluginState, 'manifest'>> = {}): PluginState => ({
  manifest: described,
  icon: '',
  origin: 'file',
  packageSha256: packageOf(described),
  enabled: true,
  status: { kind: 'waiting' },
  config: defaultConfig(described.config),
  cost: null,
  ...given,
});

/** Of one version there is one package. */
const packageOf = ({ id, version }: PluginManifest): string =>
  Array.from(`${id} ${version}`.padEnd(32).slice(0, 32), (letter) => letter.charCodeAt(0).toString(16)).join('');

export const offer = (described: PluginManifest, packageSha256 = packageOf(described)): PluginOffer => ({
  id: described.id,
  version: described.version,
  name: described.name,
  description: described.description,
  author: described.author,
  packageSha256,
  path: `/plugins/${described.id}.zip`,
  bytes: 48_000,
});

const voiceChanger = manifest({
  id: 'voice-changer',
  name: 'Voice changer',
  version: '1.2.0',
  description: 'Shifts the pitch of your voice, or makes it a robot’s.',
  author: 'Grace Hopper',
  homepage: 'https://example.org/voice-changer',
  hooks: ['on_audio_frame_captured', 'on_config', 'on_command'],
  commands: [
    {
      name: 'voice',
      description: 'Changes your voice',
      arguments: [
        { name: 'effect', required: true, choices: ['none', 'robot', 'chipmunk', 'giant'] },
        { name: 'pitch', description: '0.5 to 2', required: false, choices: [] },
      ],
    },
  ],
  permissions: [{ name: 'log' }],
  publisher: '5f3c'.repeat(16),
  config: {
    type: 'object',
    properties: {
      effect: {
        type: 'string',
        title: 'Effect',
        default: 'robot',
        enum: ['none', 'robot', 'chipmunk', 'giant'],
      },
      pitch: {
        type: 'number',
        title: 'Pitch',
        description: 'Below 1 it is deeper, above 1 higher.',
        default: 1,
        minimum: 0.5,
        maximum: 2,
        multipleOf: 0.05,
      },
      harmonics: { type: 'integer', title: 'Harmonics', default: 4, minimum: 1 },
      announce: {
        type: 'boolean',
        title: 'Tell the room',
        description: 'Writes which voice you have.',
        default: false,
      },
      greeting: { type: 'string', title: 'Greeting', default: 'Beep.', maxLength: 20 },
      lines: { type: 'string', title: 'Lines to say', default: 'One\nTwo', format: 'multiline' },
    },
  },
});

const tidy = manifest({
  id: 'org.example.tidy',
  name: 'Tidy',
  version: '0.9.1',
  description: 'Formats code that you paste, and holds back what looks like a password.',
  hooks: ['on_message', 'on_message_send'],
  permissions: [{ name: 'http', hosts: ['api.example.org'] }, { name: 'storage' }],
});

const dice = manifest({
  id: 'dice',
  name: 'Dice',
  description: 'Rolls dice.',
  commands: [
    {
      name: 'roll',
      description: 'Rolls dice and tells the room',
      arguments: [{ name: 'dice', required: false, choices: ['d6', 'd20', '2d6'] }],
    },
  ],
  permissions: [{ name: 'message.send' }, { name: 'members.read' }],
});

const soundboard = manifest({
  id: 'soundboard',
  name: 'Soundboard with a name that goes on for longer than anybody would wish',
  version: '2.0.0-beta.1',
  description: 'Plays short sounds into the room.',
  author: 'An author whose name does not fit into one line of a narrow pane either',
  permissions: [{ name: 'clip.play' }, { name: 'status.set' }],
});

export const PLUGINS = { voiceChanger, tidy, dice, soundboard } as const;

/** One that runs, one that was stopped, one that is off and one that is being started again. */
export const installed: readonly PluginState[] = [
  plugin(voiceChanger, {
    icon: ICON,
    origin: 'server',
    status: { kind: 'running' },
    cost: { frames: 50, missed: 2, meanUs: 12.4, maxUs: 4_310 },
  }),
  plugin(tidy, { status: { kind: 'stopped', problem: { code: 'plugin.timed_out', message: '' } } }),
  plugin(dice, { enabled: false, status: { kind: 'off' } }),
  plugin(soundboard, { status: { kind: 'restarting', problem: { code: 'plugin.crashed', message: '' } } }),
];

export const offers: readonly PluginOffer[] = [
  offer({ ...voiceChanger, version: '1.3.0' }),
  offer(dice),
  offer(
    manifest({
      id: 'raise-hand',
      name: 'Raise hand',
      description: 'A queue of who wants to speak next.',
      author: 'Margaret H',
    }),
  ),
];

const [voiceCommand] = voiceChanger.commands;
const [rollCommand] = dice.commands;

export const commands: readonly CommandState[] = [
  ...(voiceCommand === undefined ? [] : [{ ...voiceCommand, pluginName: 'Voice changer', by: 'client' as const }]),
  ...(rollCommand === undefined ? [] : [{ ...rollCommand, pluginName: 'Dice', by: 'client' as const }]),
  {
    name: 'poll',
    description: 'Asks the room',
    arguments: [
      { name: 'question', required: true, choices: [] },
      { name: 'answers', description: 'yes and no where none are given', required: false, choices: [] },
    ],
    pluginName: 'Polls',
    by: 'server',
  },
  {
    name: 'hand',
    description: 'Raises your hand, or puts it down',
    arguments: [],
    pluginName: 'Raise hand',
    by: 'server',
  },
];

export const README =
  'Changes the pitch of your voice.\n\nTry `/voice robot`, or see https://example.org/voice-changer';

export const inspection = (
  described: PluginManifest = voiceChanger,
  given: Partial<PluginInspection> = {},
): PluginInspection => ({
  manifest: described,
  icon: ICON,
  readme: README,
  signed: described.publisher !== undefined,
  installedVersion: null,
  consents: consentsOf(described),
  newConsents: consentsOf(described),
  ...given,
});

export const logLines: readonly PluginLogLine[] = [
  { timeMs: Date.UTC(2026, 10, 18, 12, 0, 1), level: 'info', text: 'Ready.' },
  { timeMs: Date.UTC(2026, 10, 18, 12, 0, 2), level: 'debug', text: 'pitch 1.5' },
  { timeMs: Date.UTC(2026, 10, 18, 12, 1, 0), level: 'warn', text: 'A frame came <b>late</b>.' },
  { timeMs: Date.UTC(2026, 10, 18, 12, 1, 5), level: 'error', text: 'Out of range: a'.padEnd(160, 'a') },
];

/** What a command answered, for oneself alone. */
export const reply = (text: string, pluginName = 'Dice', id = 'r1'): ChatEntry => ({
  status: 'reply',
  id,
  pluginName,
  text,
});
