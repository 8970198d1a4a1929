import type { VoiceClientApi } from '@switchboard/client';
import type { Calls } from './calls.ts';
import { clientStateOf } from './follow-call.ts';

/** Whether one talks in push-to-talk mode: by a key that is held, and by a command that switches it. */
export class TalkSwitch {
  readonly #calls: Calls;
  #held = false;
  #switched = false;
  /** In which room of which client it was switched on. */
  #for: { readonly client: VoiceClientApi; readonly channelId: string } | undefined;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  get talking(): boolean {
    return this.#held || this.#switched;
  }

  hold(held: boolean): void {
    this.#held = held;
    this.#tell();
  }

  /** @returns whether one talks now */
  toggle(): boolean {
    this.#switched = !this.#switched;
    const { state } = this.#calls;
    const channelId = clientStateOf(state)?.channelId ?? null;
    this.#for = state.status === 'open' && channelId !== null ? { client: state.client, channelId } : undefined;
    this.#tell();
    return this.#switched;
  }

  /** The call has changed: what was switched on for one room is not on in the next. */
  follow(): void {
    if (!this.#switched) return;
    const { state } = this.#calls;
    const client = state.status === 'open' ? state.client : undefined;
    const same =
      this.#for !== undefined &&
      client === this.#for.client &&
      client.state.channelId === this.#for.channelId &&
      client.state.activation.mode === 'push-to-talk' &&
      // To be muted ends it: nobody is heard by surprise afterwards.
      !client.state.muted &&
      !client.state.serverMuted;
    if (same) return;
    this.#switched = false;
    this.#tell();
  }

  #tell(): void {
    const { state } = this.#calls;
    if (state.status === 'open') state.client.setTalking(this.talking);
  }
}
