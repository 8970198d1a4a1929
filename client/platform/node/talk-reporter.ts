import type { ChatEntry, ClientState } from '../../client-state.ts';
import type { LaneState, VoiceStats } from '../../engine/engine-messages.ts';
import type { TalkOutput } from './talk-output.ts';

/** Messages of before that are shown on coming in. */
const HISTORY_LINES = 5;

const LANE_NAMES = { udp: 'UDP', websocket: 'a WebSocket', datachannel: 'a data channel' } as const;

/** Tells what changed from one state of the client to the next. */
export class TalkReporter {
  readonly #output: TalkOutput;
  readonly #shown = new Set<string>();
  #before: ClientState;
  #historyShown = false;

  constructor(output: TalkOutput, state: ClientState) {
    this.#output = output;
    this.#before = state;
  }

  report(state: ClientState): void {
    const before = this.#before;
    this.#before = state;
    if (state.connection.status !== before.connection.status) this.#connection(state);
    if (state.lane !== before.lane) this.#lane(state.lane);
    if (state.members !== before.members || state.channelId !== before.channelId) this.#members(before, state);
    if (state.speaking !== before.speaking) this.#speaking(before, state);
    if (state.whisperedBy !== before.whisperedBy) this.#whispers(before, state);
    if (state.notice !== before.notice && state.notice !== null) {
      this.#output.line({ type: 'notice', text: state.notice, fields: { text: state.notice } });
    }
    if (state.chat !== before.chat && !state.chat.loading) this.#chat(state.chat.entries);
    if (state.stats !== before.stats && state.stats !== null) this.#stats(state, state.stats);
  }

  #connection({ connection }: ClientState): void {
    const { status } = connection;
    const fields = { status };
    if (status === 'reconnecting') {
      this.#output.line({ type: 'connection', text: 'The connection was lost; reconnecting …', fields });
    } else {
      this.#output.line({ type: 'connection', fields });
    }
  }

  #lane(lane: LaneState): void {
    const line = { type: 'lane', fields: { ...lane } };
    if (lane.status === 'connected') this.#output.line({ ...line, text: `Voice goes over ${LANE_NAMES[lane.lane]}.` });
    else if (lane.status === 'unreachable') {
      this.#output.line({ ...line, text: 'Voice cannot reach the server; a firewall may block it. Trying again …' });
    } else this.#output.line(line);
  }

  #members(before: ClientState, state: ClientState): void {
    if (state.channelId === null || state.channelId !== before.channelId) return;
    const was = roommates(before);
    const now = roommates(state);
    for (const [id, nickname] of now) {
      if (!was.has(id)) this.#output.line({ type: 'joined', text: `${nickname} came in.`, fields: { nickname } });
    }
    for (const [id, nickname] of was) {
      if (!now.has(id)) this.#output.line({ type: 'left', text: `${nickname} left.`, fields: { nickname } });
    }
  }

  #speaking(before: ClientState, state: ClientState): void {
    const tell = (id: string, speaking: boolean): void => {
      const nickname = nicknameOf(state, id);
      if (nickname !== undefined) this.#output.line({ type: 'speaking', fields: { nickname, speaking } });
    };
    for (const id of state.speaking) if (!before.speaking.includes(id)) tell(id, true);
    for (const id of before.speaking) if (!state.speaking.includes(id)) tell(id, false);
  }

  #whispers(before: ClientState, state: ClientState): void {
    const tell = (id: string, whispering: boolean): void => {
      const nickname = nicknameOf(state, id);
      if (nickname === undefined) return;
      const text = whispering ? { text: `${nickname} whispers to you.` } : {};
      this.#output.line({ type: 'whisper', ...text, fields: { nickname, whispering } });
    };
    for (const id of state.whisperedBy) if (!before.whisperedBy.includes(id)) tell(id, true);
    for (const id of before.whisperedBy) if (!state.whisperedBy.includes(id)) tell(id, false);
  }

  #chat(entries: readonly ChatEntry[]): void {
    const fresh = entries.filter((entry) => entry.status === 'sent' && !this.#shown.has(entry.message.id));
    const visible = this.#historyShown ? fresh : fresh.slice(-HISTORY_LINES);
    this.#historyShown = true;
    for (const entry of fresh) if (entry.status === 'sent') this.#shown.add(entry.message.id);
    for (const entry of visible) {
      if (entry.status !== 'sent' || entry.message.deletedAt !== null) continue;
      const { author, text } = entry.message;
      this.#output.line({
        type: 'message',
        text: `${author.nickname}: ${text}`,
        fields: { nickname: author.nickname, text },
      });
    }
  }

  #stats(state: ClientState, stats: VoiceStats): void {
    this.#output.line({ type: 'stats', fields: { ...stats } });
    const heard = state.speaking.map((id) => nicknameOf(state, id)).filter((name) => name !== undefined);
    this.#output.figures(
      [
        stats.lane ?? 'no lane',
        stats.roundTripMs === null ? '– ms' : `${stats.roundTripMs.toFixed(stats.roundTripMs < 10 ? 1 : 0)} ms`,
        `loss ↑ ${percent(stats.lossUp)} ↓ ${percent(stats.lossDown)}`,
        heard.length === 0 ? 'silence' : `♪ ${heard.join(', ')}`,
      ].join(' · '),
    );
  }
}

function roommates(state: ClientState): ReadonlyMap<string, string> {
  const here = state.members.filter(({ id, channelId }) => channelId === state.channelId && id !== state.selfId);
  return new Map(here.map(({ id, nickname }) => [id, nickname]));
}

function nicknameOf(state: ClientState, memberId: string): string | undefined {
  return state.members.find(({ id }) => id === memberId)?.nickname;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
