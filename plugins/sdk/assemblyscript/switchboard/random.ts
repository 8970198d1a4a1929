/** Chance from a seed: `new Random(event.seed)`. SplitMix64 (Steele, Lea, Flood 2014). */
export class Random {
  constructor(private state: u64) {}

  next(): u64 {
    this.state += 0x9e3779b97f4a7c15;
    let mixed = this.state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  /** 0 ≤ x < bound, each as likely as the others. */
  below(bound: u32): u32 {
    const range = <u64>bound;
    // What is left over at the top would make the small numbers likelier.
    const top = u64.MAX_VALUE - (((u64.MAX_VALUE % range) + 1) % range);
    let drawn = this.next();
    while (drawn > top) drawn = this.next();
    return <u32>(drawn % range);
  }

  /** 0 ≤ x < 1. */
  fraction(): f64 {
    return <f64>(this.next() >> 11) / 9007199254740992;
  }
}
