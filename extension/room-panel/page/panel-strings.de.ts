import { german, type Strings } from '@switchboard/webcomponents/parts';
import type { PanelStrings } from './panel-strings.ts';

export const germanPanel: PanelStrings = {
  language: 'de',
  sections: 'Bereiche',
  notConnectedTitle: 'Nicht verbunden',
  notConnectedText: 'Verbinde dich mit einem Server, um mit anderen zu sprechen und zu schreiben.',
  connect: 'Verbinden …',
  connectingTo: (server) => `Verbinde mit ${server} …`,
  cancel: 'Abbrechen',
  endedTitle: (server) => `Nicht mit ${server} verbunden`,
  connectAgain: 'Wieder verbinden',
  signInAgain: 'Neu anmelden',
  otherServer: 'Server wählen …',
};

/** Where the parts speak of a browser. */
export const germanParts: Strings = {
  ...german,
  errors: {
    ...german.errors,
    'client.microphone_refused':
      'Das Mikrofon ist gesperrt. Erlaube es dem Editor in den Datenschutz-Einstellungen des Systems und versuche es dann noch einmal.',
    'client.audio_failed': 'Der Ton ließ sich nicht starten. Näheres steht in der Ausgabe von Switchboard.',
  },
  microphoneHelp:
    'Erlaube dem Editor das Mikrofon in den Datenschutz-Einstellungen des Systems und versuche es dann noch einmal. Bis dahin kannst du zuhören und schreiben.',
};
