import { english, type Strings } from '@switchboard/webcomponents/parts';

/** The words of the room view besides those of its parts. */
export interface PanelStrings {
  /** BCP 47. */
  readonly language: string;
  readonly sections: string;
  readonly notConnectedTitle: string;
  readonly notConnectedText: string;
  readonly connect: string;
  readonly connectingTo: (server: string) => string;
  readonly cancel: string;
  readonly endedTitle: (server: string) => string;
  readonly connectAgain: string;
  readonly signInAgain: string;
  readonly otherServer: string;
}

export const englishPanel: PanelStrings = {
  language: 'en',
  sections: 'Sections',
  notConnectedTitle: 'Not connected',
  notConnectedText: 'Connect to a server to talk and write with others.',
  connect: 'Connect…',
  connectingTo: (server) => `Connecting to ${server}…`,
  cancel: 'Cancel',
  endedTitle: (server) => `Not connected to ${server}`,
  connectAgain: 'Connect Again',
  signInAgain: 'Sign In Again',
  otherServer: 'Choose a Server…',
};

/** Where the parts speak of a browser. */
export const englishParts: Strings = {
  ...english,
  errors: {
    ...english.errors,
    'client.microphone_refused':
      'The microphone is blocked. Allow it for your editor in the system’s privacy settings, then try again.',
    'client.audio_failed': 'Sound could not be started. The output of Switchboard has the details.',
  },
  microphoneHelp:
    'In the system’s privacy settings, allow the microphone for your editor, then try again. Until then you can listen and write.',
};
