import type { Activation, VoiceClientApi } from '@switchboard/client';

export type ActivationMode = Activation['mode'];

/** Where the loudness stood that opens the microphone, before it was push-to-talk; the client's own where there was none. */
const USUAL = { mode: 'voice', activationDbfs: -50, releaseDbfs: -56 } as const satisfies Activation;

/**
 * Keeps the editor's setting and the client of one call the same. The setting goes first when a call begins; afterwards whichever is changed
 * last: in the settings of the editor or in those of the room.
 */
export class ActivationSetting {
  readonly #read: () => ActivationMode;
  readonly #write: (mode: ActivationMode) => void;
  #voice: Activation = USUAL;
  #agreed: ActivationMode | undefined;

  constructor(read: () => ActivationMode, write: (mode: ActivationMode) => void) {
    this.#read = read;
    this.#write = write;
  }

  /** A call begins, or the setting has changed. */
  apply(client: VoiceClientApi): void {
    const mode = this.#read();
    const { activation } = client.state;
    if (activation.mode === 'voice') this.#voice = activation;
    this.#agreed = mode;
    if (activation.mode !== mode) client.setActivation(mode === 'voice' ? this.#voice : { mode });
  }

  /** The state of the client has changed. */
  follow({ state: { activation } }: VoiceClientApi): void {
    if (activation.mode === 'voice') this.#voice = activation;
    if (this.#agreed === undefined || activation.mode === this.#agreed) return;
    this.#agreed = activation.mode;
    this.#write(activation.mode);
  }
}
