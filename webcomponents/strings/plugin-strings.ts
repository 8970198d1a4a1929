import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';

/** What the pane of plugins shows and says. Not a part of the first load, so `Strings` has it only where a host brings a language. */
export interface PluginStrings {
  /** Sentences for what can go wrong with a package, besides those of `Strings`. */
  readonly errors: Readonly<Partial<Record<ErrorCode, string>>>;
  readonly empty: string;
  readonly emptyHow: string;
  readonly installed: string;
  readonly offered: string;
  readonly installFile: string;
  readonly dropHere: string;
  readonly checking: string;
  readonly install: string;
  readonly update: string;
  readonly isInstalled: string;
  readonly updateTo: (version: string) => string;
  readonly updateAvailable: (version: string) => string;
  readonly nameAndVersion: (name: string, version: string) => string;
  readonly by: (author: string) => string;
  readonly signed: (key: string) => string;
  readonly unsigned: string;

  readonly off: string;
  readonly waiting: string;
  readonly starting: string;
  readonly running: string;
  readonly restarting: (why: string) => string;
  readonly stopped: (why: string) => string;
  readonly startAgain: string;
  readonly cost: (time: string, missed: number) => string;
  readonly costHint: (longest: string) => string;

  readonly settingsOf: (name: string) => string;
  readonly aboutOf: (name: string) => string;
  readonly logOf: (name: string) => string;
  readonly settings: string;
  readonly about: string;
  readonly log: string;
  readonly moveUp: (name: string) => string;
  readonly moveDown: (name: string) => string;
  readonly moved: (name: string, place: number, count: number) => string;
  readonly remove: (name: string) => string;
  readonly removeQuestion: (name: string) => string;
  readonly removeButton: string;
  readonly orderHint: string;

  readonly mayDo: string;
  readonly nothingMore: string;
  readonly commands: string;
  readonly version: string;
  readonly licence: string;
  readonly homepage: string;
  readonly readme: string;

  readonly logEmpty: string;
  readonly refresh: string;
  readonly levels: { readonly debug: string; readonly info: string; readonly warn: string; readonly error: string };

  readonly installTitle: (name: string) => string;
  readonly updateTitle: (name: string) => string;
  readonly wants: string;
  readonly wantsNothing: string;
  readonly wantsNothingNew: string;
  readonly new: string;
  readonly unsignedWarning: string;
  readonly runsApart: string;
  readonly agreeInstall: string;
  readonly agreeUpdate: string;
  readonly from: (version: string) => string;
  /** By the name of what is agreed to; a host stands for itself. */
  readonly consents: Readonly<Record<string, string>>;
  readonly host: (name: string) => string;
  /** Where it also hears or reads. */
  readonly hostHears: (name: string) => string;
  readonly fieldAtFault: (field: string) => string;

  readonly wrongNumber: string;
  readonly wrongWhole: string;
  readonly atLeast: (value: string) => string;
  readonly atMost: (value: string) => string;
  readonly inSteps: (step: string) => string;
  readonly tooLong: (characters: number) => string;
  readonly defaults: string;
}

export const englishPlugins: PluginStrings = {
  errors: ERROR_SENTENCES,
  empty:
    'Plugins change your voice, tidy messages or bring commands. Each runs walled off, and only does what you agree to.',
  emptyHow: 'Install one from a file, or ask the people who run this server to offer some.',
  installed: 'Installed',
  offered: 'Offered by this server',
  installFile: 'Install from file…',
  dropHere: 'Drop the plugin here',
  checking: 'Checking…',
  install: 'Install',
  update: 'Update',
  isInstalled: 'Installed',
  updateTo: (version) => `Update to ${version}`,
  updateAvailable: (version) => `Version ${version} is available`,
  nameAndVersion: (name, version) => `${name} ${version}`,
  by: (author) => `by ${author}`,
  signed: (key) => `signed, key ${key}`,
  unsigned: 'unsigned',

  off: 'Off',
  waiting: 'On, and runs while you are in a room',
  starting: 'Starting…',
  running: 'Running',
  restarting: (why) => `Being started again. ${why}`,
  stopped: (why) => `Stopped. ${why}`,
  startAgain: 'Start again',
  cost: (time, missed) => `${time} of 20 ms · ${missed} missed`,
  costHint: (longest) => `Time for each piece of sound; the longest took ${longest}. A missed piece stays as it was.`,

  settingsOf: (name) => `Settings of ${name}`,
  aboutOf: (name) => `About ${name}`,
  logOf: (name) => `Log of ${name}`,
  settings: 'Settings',
  about: 'About',
  log: 'Log',
  moveUp: (name) => `Move ${name} up`,
  moveDown: (name) => `Move ${name} down`,
  moved: (name, place, count) => `${name} is now ${place} of ${count}`,
  remove: (name) => `Remove ${name}`,
  removeQuestion: (name) => `Remove ${name} and all that it has kept?`,
  removeButton: 'Remove',
  orderHint: 'Sound and messages pass through them from top to bottom.',

  mayDo: 'It may',
  nothingMore: 'It asks for nothing.',
  commands: 'Commands',
  version: 'Version',
  licence: 'Licence',
  homepage: 'Home page',
  readme: 'What its author says',

  logEmpty: 'Nothing was logged.',
  refresh: 'Refresh',
  levels: { debug: 'Debug', info: 'Info', warn: 'Warning', error: 'Error' },

  installTitle: (name) => `Install ${name}?`,
  updateTitle: (name) => `Update ${name}?`,
  wants: 'If you agree, it can',
  wantsNothing: 'It asks for nothing: it cannot hear, read or send anything.',
  wantsNothingNew: 'It asks for nothing that you have not agreed to before.',
  new: 'New',
  unsignedWarning: 'Unsigned: nobody vouches for who made it. Install it only if you trust where you got it.',
  runsApart: 'It runs walled off from your files and from other plugins. You can switch it off at any time.',
  agreeInstall: 'Agree and install',
  agreeUpdate: 'Agree and update',
  from: (version) => `from ${version}`,
  consents: {
    'hook:on_audio_frame_captured': 'Hear and change your microphone',
    'hook:on_audio_frame_received': 'Hear and change what others say, for your ears',
    'hook:on_message': 'Read the messages in your room, hide them from you and add notes',
    'hook:on_message_send': 'Read your messages before they are sent, change them or hold them back',
    'hook:on_user_join_channel': 'See who joins your room',
    'hook:on_user_leave_channel': 'See who leaves your room',
    'hook:on_connect': 'See who comes to the server',
    'hook:on_speaking': 'See who speaks in your room, and when',
    'permission:message.send': 'Send messages in your name',
    'permission:clip.play': 'Play sounds into the room in your name',
    'permission:status.set': 'Change your status',
    'permission:members.read': 'See who is in your room, who is muted and who speaks',
    'permission:storage': 'Keep data of its own on this device',
    'permission:log': 'Write a log, for you alone',
  },
  host: (name) => `Talk to ${name} over the internet`,
  hostHears: (name) => `Talk to ${name} over the internet, and tell it what it hears or reads`,
  fieldAtFault: (field) => `At fault: ${field}`,

  wrongNumber: 'Enter a number.',
  wrongWhole: 'Enter a whole number.',
  atLeast: (value) => `Enter ${value} or more.`,
  atMost: (value) => `Enter ${value} or less.`,
  inSteps: (step) => `Enter a multiple of ${step}.`,
  tooLong: (characters) => `Enter ${characters} characters or less.`,
  defaults: 'Reset to defaults',
};
