import type { ModerationStrings } from './moderation-strings.ts';

export const germanModeration: ModerationStrings = {
  optionsFor: (name) => `Optionen für ${name}`,
  forEveryone: 'Für alle',
  muteForAll: 'Für alle stumm schalten',
  deafenForAll: 'Ton entziehen',
  moveTo: 'Verschieben nach',
  chooseRoom: 'Raum wählen…',
  kick: 'Hinauswerfen',
  kickTitle: (name) => `${name} hinauswerfen?`,
  kickText: 'Die Person verlässt den Server sofort und kann wiederkommen.',
  ban: 'Sperren',
  banTitle: (name) => `${name} sperren?`,
  banText: 'Die Person verlässt den Server sofort und kann erst wiederkommen, wenn die Sperre endet.',
  reason: 'Grund',
  reasonHint: 'Wird der Person gezeigt',
  duration: 'Dauer',
  forHours: (hours) => `${hours} ${hours === 1 ? 'Stunde' : 'Stunden'}`,
  forDays: (days) => `${days} ${days === 1 ? 'Tag' : 'Tage'}`,
  forever: 'Für immer',
  banAddress: 'Auch die Adresse',
  banAddressHint: 'Hält alle fern, die von derselben Adresse kommen.',

  serverMuted: 'von der Moderation stumm geschaltet',
  serverDeafened: 'von der Moderation ohne Ton',
  youAreMuted: 'Die Moderation hat dich stumm geschaltet',
  youAreDeafened: 'Die Moderation hat dir den Ton entzogen',
  mayNotSpeak: 'Hier darfst du nur zuhören',
  mayNotWrite: 'Hier darfst du nicht schreiben',
  mayNotJoin: 'für dich nicht offen',
  roomFull: 'voll',
  slowMode: (seconds) => `Langsamer Modus: eine Nachricht alle ${span(seconds)}`,
  slowModeWait: (seconds) => `Langsamer Modus: in ${span(seconds)} kannst du wieder schreiben`,
  movedYou: (room) => `Du wurdest nach ${room} verschoben.`,
  movedOut: 'Du wurdest aus dem Raum genommen.',

  newRoom: 'Neuer Raum',
  newRoomText: 'Er verschwindet, wenn die letzte Person geht.',
  roomName: 'Name des Raums',
  optionalPassword: 'Passwort (freiwillig)',
  insideOf: 'Innerhalb von',
  topOfTree: 'Ganz oben',
  create: 'Anlegen',
};

function span(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}
