import { Audience, type Listener } from './audience.ts';
import type { WhisperTarget } from './relay-messages.ts';
import type { VoiceSession } from './voice-session.ts';

interface Whisper {
  readonly token: number;
  readonly speaker: number;
  readonly audience: Audience;
}

type SessionOf = (token: number) => VoiceSession | undefined;

/**
 * Who hears which whisper. A target ends with the session that made it; listeners drop out with theirs. Each session's targets
 * are known, so that what a session costs when it ends does not grow with what the others whisper.
 */
export class WhisperTargets {
  readonly #whispers = new Map<number, Whisper>();
  /** By the token of who whispers. */
  readonly #spoken = new Map<number, Set<Whisper>>();
  readonly #heard = new Map<Listener, Set<Whisper>>();

  /** One with the same token ends first. Tokens that are of no session are left out. The speaker never hears itself. */
  open({ token, speaker, listeners }: WhisperTarget, sessionOf: SessionOf): void {
    this.close(token);
    const whisper: Whisper = { token, speaker, audience: new Audience() };
    this.#whispers.set(token, whisper);
    addTo(this.#spoken, speaker, whisper);
    for (const listener of listeners) this.addListener(token, listener, sessionOf);
  }

  /** Nothing, if there is no such target or session, or it hears the target already. */
  addListener(token: number, listener: number, sessionOf: SessionOf): void {
    const whisper = this.#whispers.get(token);
    const session = sessionOf(listener);
    if (whisper === undefined || session === undefined || listener === whisper.speaker) return;
    if (this.#heard.get(session)?.has(whisper) === true) return;
    addTo(this.#heard, session, whisper);
    whisper.audience.add(session);
  }

  removeListener(token: number, listener: number, sessionOf: SessionOf): void {
    const whisper = this.#whispers.get(token);
    const session = sessionOf(listener);
    if (whisper === undefined || session === undefined) return;
    removeFrom(this.#heard, session, whisper);
    whisper.audience.remove(session);
  }

  close(token: number): void {
    const whisper = this.#whispers.get(token);
    if (whisper === undefined) return;
    this.#whispers.delete(token);
    removeFrom(this.#spoken, whisper.speaker, whisper);
    for (const listener of whisper.audience.listeners) removeFrom(this.#heard, listener, whisper);
  }

  /** Undefined if there is no such target, or it is somebody else's. */
  audienceOf(token: number, speaker: VoiceSession): Audience | undefined {
    const whisper = this.#whispers.get(token);
    return whisper?.speaker === speaker.token ? whisper.audience : undefined;
  }

  sessionClosed(session: VoiceSession): void {
    for (const { token } of this.#spoken.get(session.token) ?? NONE) this.close(token);
    for (const { audience } of this.#heard.get(session) ?? NONE) audience.remove(session);
    this.#heard.delete(session);
  }
}

const NONE: ReadonlySet<Whisper> = new Set();

function addTo<K>(whispers: Map<K, Set<Whisper>>, key: K, whisper: Whisper): void {
  const known = whispers.get(key);
  if (known === undefined) whispers.set(key, new Set([whisper]));
  else known.add(whisper);
}

function removeFrom<K>(whispers: Map<K, Set<Whisper>>, key: K, whisper: Whisper): void {
  const known = whispers.get(key);
  if (known?.delete(whisper) === true && known.size === 0) whispers.delete(key);
}
