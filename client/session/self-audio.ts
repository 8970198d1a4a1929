/** Whether one is heard, and hears. Who is deafened is muted too, and comes back as muted or unmuted as before. */
export type SelfAudio =
  { readonly deafened: false; readonly muted: boolean } | { readonly deafened: true; readonly mutedBefore: boolean };

export const HEARD: SelfAudio = { deafened: false, muted: false };

export function isMuted(audio: SelfAudio): boolean {
  return audio.deafened || audio.muted;
}

/** Who unmutes wants to talk, and so to hear: it ends deafness too. */
export function withMuted(audio: SelfAudio, muted: boolean): SelfAudio {
  return audio.deafened && muted ? { deafened: true, mutedBefore: true } : { deafened: false, muted };
}

export function withDeafened(audio: SelfAudio, deafened: boolean): SelfAudio {
  if (deafened === audio.deafened) return audio;
  return audio.deafened ? { deafened: false, muted: audio.mutedBefore } : { deafened: true, mutedBefore: audio.muted };
}
