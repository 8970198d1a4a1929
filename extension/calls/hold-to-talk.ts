import type { TalkKey } from '../talk-key/talk-key.ts';
import type { TalkKeyProblem } from '../talk-key/talk-key-messages.ts';
import type { CallState } from './calls.ts';
import { clientStateOf } from './follow-call.ts';
import type { TalkSwitch } from './talk-switch.ts';

export interface HoldToTalkOptions {
  readonly talkKey: TalkKey;
  readonly talk: TalkSwitch;
  /** The setting; empty for none. */
  readonly key: () => string;
  /** Told once each time a key is set. */
  readonly unavailable: (problem: TalkKeyProblem, key: string, detail: string) => void;
}

/** Listens for the talk key while it is of use, and at no other time: in a room, in push-to-talk mode. */
export class HoldToTalk {
  readonly #options: HoldToTalkOptions;
  #listensFor = '';
  #setting = '';
  /** The key of the setting cannot be held here. To set it anew is to try it again. */
  #useless = false;

  constructor(options: HoldToTalkOptions) {
    this.#options = options;
  }

  /** The call, or the setting, has changed. */
  follow(call: CallState): void {
    const state = clientStateOf(call);
    const setting = this.#options.key().trim();
    if (setting !== this.#setting) this.#useless = false;
    this.#setting = setting;
    const inPushToTalk = state !== undefined && state.channelId !== null && state.activation.mode === 'push-to-talk';
    const key = inPushToTalk && !this.#useless ? setting : '';
    if (key === this.#listensFor) return;
    this.#listensFor = key;
    const { talkKey, talk } = this.#options;
    if (key === '') {
      talkKey.stop();
      return;
    }
    talkKey.start(key, {
      pressed: () => talk.hold(true),
      released: () => talk.hold(false),
      unavailable: (problem, detail) => {
        this.#useless = true;
        this.#listensFor = '';
        this.#options.unavailable(problem, key, detail);
      },
    });
  }

  close(): void {
    this.#listensFor = '';
    this.#options.talkKey.stop();
  }
}
