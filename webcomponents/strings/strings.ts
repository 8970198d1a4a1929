import { ERROR_SENTENCES, type ErrorCode } from '@switchboard/protocol';
import { englishAccounts, type AccountStrings } from './account-strings.ts';
import { englishModeration, type ModerationStrings } from './moderation-strings.ts';
import type { PluginStrings } from './plugin-strings.ts';
import { englishRemarks, type RemarkStrings } from './remark-strings.ts';

/** Every word that the elements show or say. A language is one value of this type. */
export interface Strings extends AccountStrings, ModerationStrings, RemarkStrings {
  /** BCP 47, as in `<html lang>`. */
  readonly language: string;
  /** Sentences by error code; where one is missing, the error's own message is shown. */
  readonly errors: Readonly<Partial<Record<ErrorCode, string>>>;
  /** What the pane of plugins says; absent for languages that it has itself. */
  readonly pluginStrings?: PluginStrings;

  readonly you: string;
  readonly nickname: string;
  readonly nicknameHint: string;
  readonly enterTitle: (serverName: string | null) => string;
  readonly enterRoomTitle: (room: string) => string;
  readonly join: string;
  readonly joining: string;
  readonly connecting: string;
  readonly leave: string;
  readonly insideNow: (names: readonly string[]) => string;
  readonly nobodyInside: string;

  readonly channels: string;
  readonly people: string;
  readonly inThisRoom: string;
  readonly online: string;
  readonly chat: string;
  readonly controls: string;
  readonly sections: string;
  readonly roomCount: (members: number, limit: number | null) => string;
  readonly locked: string;
  readonly current: string;
  readonly noChannels: string;
  readonly pickRoomTitle: string;
  readonly pickRoomText: string;
  readonly alone: string;

  readonly muted: string;
  readonly deafened: string;
  readonly speaking: string;
  readonly reconnectingMember: string;
  readonly muteAction: string;
  readonly unmuteAction: string;
  readonly deafenAction: string;
  readonly undeafenAction: string;
  readonly settings: string;
  readonly holdToTalk: (key: string) => string;
  readonly holdThisToTalk: string;
  readonly talking: string;

  readonly holdToWhisper: string;
  readonly holdToWhisperTo: (name: string) => string;
  readonly onlyHearsYou: (name: string) => string;
  readonly whispersToYou: string;
  readonly elsewhere: string;

  readonly volumeOf: (name: string) => string;
  readonly volume: string;
  readonly percent: (value: number) => string;
  readonly reset: string;

  readonly messages: string;
  readonly messagePlaceholder: (room: string) => string;
  readonly send: string;
  readonly sending: string;
  readonly notSent: string;
  readonly retry: string;
  readonly edit: string;
  readonly edited: string;
  readonly delete: string;
  readonly deleteQuestion: string;
  readonly deletedMessage: string;
  /** What a block of code is, to who cannot see it. */
  readonly code: (language: string) => string;
  readonly codeLines: (first: number, last: number) => string;
  readonly copyCode: string;
  readonly copied: string;
  readonly openCode: string;
  readonly save: string;
  readonly cancel: string;
  readonly editHint: string;
  readonly newMessages: string;
  readonly jumpToNewest: (unread: number) => string;
  readonly unread: (count: number) => string;
  readonly loadingOlder: string;
  readonly chatStart: (room: string) => string;
  readonly chatEmpty: string;
  readonly chatClosed: string;
  readonly typing: (names: readonly string[]) => string;
  readonly charactersLeft: (count: number) => string;
  readonly today: string;
  readonly yesterday: string;

  readonly close: string;
  readonly dismiss: string;
  readonly tryAgain: string;
  readonly retryNow: string;
  readonly reconnecting: (attempt: number) => string;
  readonly soundBlocked: string;
  readonly microphoneHelp: string;
  readonly showHelp: string;

  readonly passwordTitle: (room: string) => string;
  readonly password: string;

  readonly profile: string;
  readonly status: string;
  readonly statusHint: string;
  readonly devices: string;
  readonly microphone: string;
  readonly speaker: string;
  readonly systemDefault: string;
  readonly unnamedDevice: (number: number) => string;
  readonly inputLevel: string;
  readonly meterHint: string;
  readonly meterIdle: string;
  readonly testMicrophone: string;
  readonly stopTest: string;
  readonly echoHint: string;
  readonly transmission: string;
  readonly voiceActivation: string;
  readonly voiceActivationHint: string;
  readonly pushToTalk: string;
  readonly pushToTalkHint: string;
  readonly opensAbove: string;
  readonly closesBelow: string;
  readonly decibels: (value: number) => string;
  readonly talkKey: string;
  readonly pressAKey: string;
  readonly changeKey: string;
  readonly volumes: string;
  readonly noVolumes: string;
  readonly appearance: string;
  readonly theme: string;
  readonly themeAuto: string;
  readonly themeLight: string;
  readonly themeDark: string;

  readonly quality: (bars: number) => string;
  readonly qualityUnknown: string;
  readonly lane: string;
  readonly laneNames: { readonly udp: string; readonly datachannel: string; readonly websocket: string };
  readonly roundTrip: string;
  readonly lossUp: string;
  readonly lossDown: string;
  readonly jitterBuffer: string;
  readonly milliseconds: (value: number) => string;

  readonly announceJoined: (names: readonly string[]) => string;
  readonly announceLeft: (names: readonly string[]) => string;
  readonly announceWhispers: (names: readonly string[]) => string;
  readonly announceMessage: (name: string, text: string) => string;
  readonly announceMessages: (count: number) => string;
}

const list = (names: readonly string[]): string =>
  new Intl.ListFormat('en', { style: 'long', type: 'conjunction' }).format(names);

/** Two names, then how many more: a line must stay a line. */
const short = (names: readonly string[]): string =>
  names.length <= 3 ? list(names) : list([...names.slice(0, 2), `${names.length - 2} more`]);

export const english: Strings = {
  language: 'en',
  errors: ERROR_SENTENCES,
  ...englishAccounts,
  ...englishModeration,
  ...englishRemarks,

  you: 'you',
  nickname: 'Nickname',
  nicknameHint: 'Shown to everyone in the room',
  enterTitle: (serverName) => (serverName === null ? 'Join the conversation' : `Join ${serverName}`),
  enterRoomTitle: (room) => `Join ${room}`,
  join: 'Join',
  joining: 'Joining…',
  connecting: 'Connecting…',
  leave: 'Leave',
  insideNow: (names) => `${short(names)} ${names.length === 1 ? 'is' : 'are'} here now`,
  nobodyInside: 'Nobody is here yet',

  channels: 'Rooms',
  people: 'People',
  inThisRoom: 'In this room',
  online: 'Online',
  chat: 'Chat',
  controls: 'Voice controls',
  sections: 'Sections',
  roomCount: (members, limit) =>
    limit === null ? `${members} ${members === 1 ? 'person' : 'people'}` : `${members} of ${limit} people`,
  locked: 'needs a password',
  current: 'you are here',
  noChannels: 'This server has no rooms yet.',
  pickRoomTitle: 'Pick a room',
  pickRoomText: 'Choose a room to talk in. You can listen first: nobody hears you while you are muted.',
  alone: 'You are the first one here. Others show up as they join.',

  muted: 'muted',
  deafened: 'deafened',
  speaking: 'speaking',
  reconnectingMember: 'reconnecting',
  muteAction: 'Mute',
  unmuteAction: 'Unmute',
  deafenAction: 'Deafen',
  undeafenAction: 'Undeafen',
  settings: 'Settings',
  holdToTalk: (key) => `Hold ${key} to talk`,
  holdThisToTalk: 'Hold to talk',
  talking: 'Talking',

  holdToWhisper: 'Hold to whisper',
  holdToWhisperTo: (name) => `Hold to whisper to ${name}`,
  onlyHearsYou: (name) => `Only ${name} hears you`,
  whispersToYou: 'whispers to you',
  elsewhere: 'Elsewhere',

  volumeOf: (name) => `Volume of ${name}`,
  volume: 'Volume',
  percent: (value) => `${value} %`,
  reset: 'Reset',

  messages: 'Messages',
  messagePlaceholder: (room) => `Message ${room}`,
  send: 'Send',
  sending: 'Sending…',
  notSent: 'Not sent.',
  retry: 'Retry',
  edit: 'Edit',
  edited: 'edited',
  delete: 'Delete',
  deleteQuestion: 'Delete this message?',
  deletedMessage: 'Message deleted',
  code: (language) => `Code, ${language}`,
  codeLines: (first, last) => (first === last ? `line ${first}` : `lines ${first}–${last}`),
  copyCode: 'Copy code',
  copied: 'Copied',
  openCode: 'Show in my files',
  save: 'Save',
  cancel: 'Cancel',
  editHint: 'Enter saves, Escape cancels',
  newMessages: 'New',
  jumpToNewest: (unread) =>
    unread === 0 ? 'Jump to newest' : `${unread} new ${unread === 1 ? 'message' : 'messages'}`,
  unread: (count) => `${count} unread`,
  loadingOlder: 'Loading older messages…',
  chatStart: (room) => `This is the beginning of ${room}.`,
  chatEmpty: 'No messages yet. Say hello.',
  chatClosed: 'Join a room to read and write messages.',
  typing: (names) =>
    names.length > 3 ? 'Several people are typing…' : `${list(names)} ${names.length === 1 ? 'is' : 'are'} typing…`,
  charactersLeft: (count) =>
    count >= 0 ? `${count} characters left` : `${-count} ${count === -1 ? 'character' : 'characters'} too many`,
  today: 'Today',
  yesterday: 'Yesterday',

  close: 'Close',
  dismiss: 'Dismiss',
  tryAgain: 'Try again',
  retryNow: 'Retry now',
  reconnecting: (attempt) =>
    attempt <= 1 ? 'Connection lost. Reconnecting…' : `Connection lost. Reconnecting, attempt ${attempt}…`,
  soundBlocked: 'The browser holds the sound back. Click anywhere to hear.',
  microphoneHelp:
    'Open the site settings from the icon left of the address, set Microphone to Allow, then try again. Until then you can listen and write.',
  showHelp: 'How to allow',

  passwordTitle: (room) => `${room} needs a password`,
  password: 'Password',

  profile: 'Profile',
  status: 'Status',
  statusHint: 'What are you up to?',
  devices: 'Devices',
  microphone: 'Microphone',
  speaker: 'Speaker',
  systemDefault: 'System default',
  unnamedDevice: (number) => `Device ${number}`,
  inputLevel: 'Input level',
  meterHint: 'You are heard while the level is above the marks.',
  meterIdle: 'Join a room, or test the microphone, to see your level.',
  testMicrophone: 'Test microphone',
  stopTest: 'Stop the test',
  echoHint: 'Speak: you hear yourself a second later. Nobody else hears you meanwhile.',
  transmission: 'Transmission',
  voiceActivation: 'Voice activation',
  voiceActivationHint: 'Sends while you speak.',
  pushToTalk: 'Push to talk',
  pushToTalkHint: 'Sends while you hold a key.',
  opensAbove: 'Opens above',
  closesBelow: 'Closes below',
  decibels: (value) => `${value} dB`,
  talkKey: 'Talk key',
  pressAKey: 'Press a key…',
  changeKey: 'Change',
  volumes: 'Volumes',
  noVolumes: 'Nobody else is in the room.',
  appearance: 'Appearance',
  theme: 'Theme',
  themeAuto: 'System',
  themeLight: 'Light',
  themeDark: 'Dark',

  quality: (bars) => `Connection: ${['none', 'poor', 'fair', 'good', 'excellent'][bars] ?? 'unknown'}`,
  qualityUnknown: 'Connection: connecting',
  lane: 'Lane',
  laneNames: { udp: 'UDP', datachannel: 'Data channel', websocket: 'WebSocket' },
  roundTrip: 'Round trip',
  lossUp: 'Loss up',
  lossDown: 'Loss down',
  jitterBuffer: 'Jitter buffer',
  milliseconds: (value) => `${value} ms`,

  announceJoined: (names) => `${short(names)} joined`,
  announceLeft: (names) => `${short(names)} left`,
  announceWhispers: (names) => `${short(names)} ${names.length === 1 ? 'whispers' : 'whisper'} to you`,
  announceMessage: (name, text) => `${name}: ${text}`,
  announceMessages: (count) => `${count} new messages`,
};
