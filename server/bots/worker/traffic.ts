/** Packets since the beginning: what was on its way, and what of it arrived. */
export interface Traffic {
  /** To the relay. */
  readonly sent: number;
  readonly received: number;
  /** From the relay. */
  readonly forwarded: number;
  readonly heard: number;
}

export const NO_TRAFFIC: Traffic = { sent: 0, received: 0, forwarded: 0, heard: 0 };

export function plus(a: Traffic, b: Traffic): Traffic {
  return {
    sent: a.sent + b.sent,
    received: a.received + b.received,
    forwarded: a.forwarded + b.forwarded,
    heard: a.heard + b.heard,
  };
}

/** What became of it between two looks: the share of the way up that was lost and of the way down, as one percentage of 0 to 100. */
export function lossPctBetween(before: Traffic, now: Traffic): number {
  const up = arrivedShare(now.received - before.received, now.sent - before.sent);
  const down = arrivedShare(now.heard - before.heard, now.forwarded - before.forwarded);
  return (1 - up * down) * 100;
}

/** Two threads of a relay count one after the other, so a few may seem to have arrived before they were sent. */
function arrivedShare(arrived: number, sent: number): number {
  return sent <= 0 ? 1 : Math.min(1, Math.max(0, arrived / sent));
}
