/** What is said about who may do what, and to whom. A part of `Strings`. */
export interface ModerationStrings {
  readonly optionsFor: (name: string) => string;
  readonly forEveryone: string;
  readonly muteForAll: string;
  readonly deafenForAll: string;
  readonly moveTo: string;
  readonly chooseRoom: string;
  readonly kick: string;
  readonly kickTitle: (name: string) => string;
  readonly kickText: string;
  readonly ban: string;
  readonly banTitle: (name: string) => string;
  readonly banText: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly duration: string;
  readonly forHours: (hours: number) => string;
  readonly forDays: (days: number) => string;
  readonly forever: string;
  readonly banAddress: string;
  readonly banAddressHint: string;

  readonly serverMuted: string;
  readonly serverDeafened: string;
  readonly youAreMuted: string;
  readonly youAreDeafened: string;
  readonly mayNotSpeak: string;
  readonly mayNotWrite: string;
  readonly mayNotJoin: string;
  readonly roomFull: string;
  readonly slowMode: (seconds: number) => string;
  readonly slowModeWait: (seconds: number) => string;
  readonly movedYou: (room: string) => string;
  readonly movedOut: string;

  readonly newRoom: string;
  readonly newRoomText: string;
  readonly roomName: string;
  readonly optionalPassword: string;
  readonly insideOf: string;
  readonly topOfTree: string;
  readonly create: string;
}

export const englishModeration: ModerationStrings = {
  optionsFor: (name) => `Options for ${name}`,
  forEveryone: 'For everyone',
  muteForAll: 'Mute for everyone',
  deafenForAll: 'Deafen',
  moveTo: 'Move to',
  chooseRoom: 'Choose a room…',
  kick: 'Kick',
  kickTitle: (name) => `Kick ${name}?`,
  kickText: 'They leave the server at once, and can come back.',
  ban: 'Ban',
  banTitle: (name) => `Ban ${name}?`,
  banText: 'They leave the server at once, and cannot come back before the ban ends.',
  reason: 'Reason',
  reasonHint: 'Shown to the person',
  duration: 'Duration',
  forHours: (hours) => `${hours} ${hours === 1 ? 'hour' : 'hours'}`,
  forDays: (days) => `${days} ${days === 1 ? 'day' : 'days'}`,
  forever: 'For good',
  banAddress: 'Also the address',
  banAddressHint: 'Keeps out everybody who comes from the same address.',

  serverMuted: 'muted by a moderator',
  serverDeafened: 'deafened by a moderator',
  youAreMuted: 'A moderator has muted you',
  youAreDeafened: 'A moderator has deafened you',
  mayNotSpeak: 'You may only listen here',
  mayNotWrite: 'You may not write here',
  mayNotJoin: 'not open to you',
  roomFull: 'full',
  slowMode: (seconds) => `Slow mode: one message every ${span(seconds)}`,
  slowModeWait: (seconds) => `Slow mode: you can write again in ${span(seconds)}`,
  movedYou: (room) => `You were moved to ${room}.`,
  movedOut: 'You were taken out of the room.',

  newRoom: 'New room',
  newRoomText: 'It goes when the last one leaves it.',
  roomName: 'Name of the room',
  optionalPassword: 'Password (optional)',
  insideOf: 'Inside of',
  topOfTree: 'At the top',
  create: 'Create',
};

function span(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}
