import type { SoundCard } from '../../harness/sound-card.ts';
import { spokenOnce } from '../../harness/wavs.ts';
import type { VoiceName } from '../../hearing/speech.ts';

/** Somebody who says the same into a microphone over and over. */
export class LoopedVoice implements AsyncDisposable {
  readonly #card: SoundCard;
  readonly #ended: Promise<void>;
  #isSpeaking = true;

  constructor(card: SoundCard, voice: VoiceName) {
    this.#card = card;
    this.#ended = this.#speak(spokenOnce(voice));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isSpeaking = false;
    this.#card.hush();
    await this.#ended;
  }

  async #speak(samples: Float32Array): Promise<void> {
    while (this.#isSpeaking) await this.#card.play(samples);
  }
}
