import type { Member } from '@switchboard/protocol';

/** A member begins or stops speaking. */
export class VoiceSpeakingEvent extends Event {
  readonly member: Member;
  readonly speaking: boolean;

  constructor(member: Member, speaking: boolean) {
    super('voice-speaking', { bubbles: true, composed: true });
    this.member = member;
    this.speaking = speaking;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'voice-speaking': VoiceSpeakingEvent;
  }
}
