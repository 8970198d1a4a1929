import type { VoiceClientApi } from '@switchboard/client';
import type { ClientMethod } from './client-calls.ts';

/** What the page begins, and has to end. */
const HELD = [
  { begins: 'setTalking', ends: 'setTalking', release: (client: VoiceClientApi) => client.setTalking(false) },
  { begins: 'startWhisper', ends: 'stopWhisper', release: (client: VoiceClientApi) => client.stopWhisper() },
  { begins: 'startEchoTest', ends: 'stopEchoTest', release: (client: VoiceClientApi) => client.stopEchoTest() },
] as const satisfies readonly {
  begins: ClientMethod;
  ends: ClientMethod;
  release: (client: VoiceClientApi) => void;
}[];

/** What a page has begun and not ended. A page that is closed with a button held says nothing any more: it is let go for it. */
export class HeldKeys {
  readonly #held = new Set<(typeof HELD)[number]>();

  /** What the page has called. */
  note(method: ClientMethod, [pressed = true]: readonly unknown[]): void {
    for (const key of HELD) {
      if (method === key.begins && pressed !== false) this.#held.add(key);
      else if (method === key.ends) this.#held.delete(key);
    }
  }

  release(client: VoiceClientApi): void {
    for (const key of this.#held) key.release(client);
    this.#held.clear();
  }
}
