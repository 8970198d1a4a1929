import { Json, JsonWriter, parseJson, storage } from 'switchboard';

/* One poll for each room, stored until it is closed. */

const MAX_POLLS: i32 = 20;
export const MAX_VOTERS: i32 = 300;
/** An older one makes room for a new one of another room. */
const MAX_AGE_MS: i64 = 7 * 86_400_000;
/** A line for each poll: its room, and when it began. */
const ROOMS = 'rooms';

export class Poll {
  voters: string[] = [];
  /** Whom of `options` each voted for. */
  choices: i32[] = [];

  constructor(
    readonly question: string,
    readonly options: string[],
    /** Whose it is: their userId. */
    readonly by: string,
    readonly byName: string,
    readonly sinceMs: i64,
  ) {}

  /** False if there are too many voters already. */
  vote(userId: string, option: i32): bool {
    const at = this.voters.indexOf(userId);
    if (at >= 0) this.choices[at] = option;
    else if (this.voters.length >= MAX_VOTERS) return false;
    else {
      this.voters.push(userId);
      this.choices.push(option);
    }
    return true;
  }

  /** A line for each option, with its votes. */
  standing(): string {
    const lines: string[] = [];
    const all = this.voters.length;
    for (let option = 0; option < this.options.length; option++) {
      let votes = 0;
      for (let at = 0; at < all; at++) if (this.choices[at] == option) votes++;
      const share = all == 0 ? '' : ` (${((votes * 200 + all) / (all * 2)).toString()} %)`;
      lines.push(`${(option + 1).toString()}. ${this.options[option]}: ${countOf(votes)}${share}`);
    }
    return lines.join('\n');
  }

  private toJson(): string {
    const votes: string[] = [];
    for (let at = 0; at < this.voters.length; at++) votes.push(`${this.choices[at].toString()} ${this.voters[at]}`);
    return new JsonWriter()
      .text('question', this.question)
      .texts('options', this.options)
      .text('by', this.by)
      .text('byName', this.byName)
      .number('sinceMs', <f64>this.sinceMs)
      .texts('votes', votes)
      .end();
  }

  store(roomId: string): void {
    storage.set(keyOf(roomId), this.toJson());
  }

  /** Null where a room has none. */
  static of(roomId: string): Poll | null {
    const json = parseJson(storage.get(keyOf(roomId)));
    if (json === null) return null;
    const poll = new Poll(
      json.textOf('question'),
      json.get('options').items.map<string>((item: Json) => item.text),
      json.textOf('by'),
      json.textOf('byName'),
      <i64>json.numberOf('sinceMs'),
    );
    const votes = json.get('votes').items;
    for (let at = 0; at < votes.length; at++) {
      const space = votes[at].text.indexOf(' ');
      poll.choices.push(I32.parseInt(votes[at].text.substring(0, space)));
      poll.voters.push(votes[at].text.substring(space + 1));
    }
    return poll;
  }

  /** False if there are too many polls already: none of them is old enough to go. */
  static add(roomId: string, poll: Poll): bool {
    const open: string[] = [];
    const lines = storage.get(ROOMS).split('\n');
    for (let at = 0; at < lines.length; at++) {
      const other = roomOf(lines[at]);
      if (other.length == 0 || other == roomId) continue;
      const sinceMs = I64.parseInt(lines[at].substring(other.length + 1), 10);
      if (poll.sinceMs - sinceMs < MAX_AGE_MS) open.push(lines[at]);
      else storage.remove(keyOf(other));
    }
    if (open.length >= MAX_POLLS) return false;
    open.push(`${roomId} ${poll.sinceMs.toString()}`);
    storage.set(ROOMS, open.join('\n'));
    poll.store(roomId);
    return true;
  }

  static remove(roomId: string): void {
    storage.remove(keyOf(roomId));
    const rest: string[] = [];
    const lines = storage.get(ROOMS).split('\n');
    for (let at = 0; at < lines.length; at++) if (roomOf(lines[at]) != roomId) rest.push(lines[at]);
    storage.set(ROOMS, rest.join('\n'));
  }
}

/** Of a line such as `room 1763769600000`. */
function roomOf(line: string): string {
  return line.substring(0, max(0, line.lastIndexOf(' ')));
}

function keyOf(roomId: string): string {
  return `poll ${roomId}`;
}

export function countOf(votes: i32): string {
  return votes == 1 ? '1 vote' : `${votes.toString()} votes`;
}
