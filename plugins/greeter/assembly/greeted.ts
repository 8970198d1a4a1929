import { storage } from 'switchboard';

/** So many are remembered, the newest: what is stored stays small. */
const MAX_PEOPLE = 300;

/** Who has been greeted, and when: stored, so that a restart greets nobody twice. */
export class Greeted {
  private people: string[] = [];
  private times: i64[] = [];

  constructor(
    private readonly key: string,
    private readonly nowMs: i64,
    intervalMs: i64,
  ) {
    const lines = storage.get(key).split('\n');
    for (let at = 0; at < lines.length; at++) {
      const space = lines[at].indexOf(' ');
      if (space < 0) continue;
      const timeMs = I64.parseInt(lines[at].substring(space + 1), 10);
      // Whose time is over is greeted again; a time to come is of a clock that was wrong.
      if (timeMs > nowMs || nowMs - timeMs >= intervalMs) continue;
      this.people.push(lines[at].substring(0, space));
      this.times.push(timeMs);
    }
  }

  has(userId: string): bool {
    return this.people.includes(userId);
  }

  add(userId: string): void {
    this.people.push(userId);
    this.times.push(this.nowMs);
    const first = max(0, this.people.length - MAX_PEOPLE);
    const lines: string[] = [];
    for (let at = first; at < this.people.length; at++) lines.push(`${this.people[at]} ${this.times[at].toString()}`);
    storage.set(this.key, lines.join('\n'));
  }
}
