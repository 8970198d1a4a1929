import { SwitchboardError, type LaneKind } from '@switchboard/protocol';
import { parseArgs } from 'node:util';
import { normalizedFingerprint } from './server-trust.ts';

export const TALK_HELP = `Talk in a room from the terminal: speaks a WAV, writes what it hears to another.

  npm run talk -- --server http://127.0.0.1:7700 --channel Lobby --nickname Ada --play speech.wav --record out.wav

  --server URL          address of the server, as in a browser
  --channel NAME        channel to join; with its parents if the name is not unique: "Pair programming/Room 1"
  --nickname NAME       what the others see: of a guest, or of who comes with a token
  --user NAME           comes in with this account; its password is asked for, or taken from SWITCHBOARD_PASSWORD
  --token TOKEN         comes in with this join token
  --play FILE           WAV to speak: PCM or float, any rate, any number of channels. Ends when it has been spoken
  --whisper NAME        whispers to this person alone, in whatever room, and says nothing to the room; waits for them to come
  --record FILE         WAV to write what is heard to: mono, 48 kHz, 16 bits
  --loop                speaks the WAV over and over
  --seconds N           ends after N seconds in the channel
  --password TEXT       password of the channel
  --fingerprint HEX     SHA-256 fingerprint of the server's own certificate, as the server prints it
  --lane udp|websocket  uses this lane alone
  --json                one JSON object a line, for programs
  --help                this text

Ends on Ctrl-C, and leaves a complete recording. On a terminal, what is typed is sent as a message.
`;

export interface TalkOptions {
  readonly server: URL;
  readonly channel: string;
  readonly who: TalkIdentity;
  readonly play: string | undefined;
  /** Nickname of whom to whisper to, instead of talking to the room. */
  readonly whisper: string | undefined;
  readonly record: string | undefined;
  readonly loop: boolean;
  readonly seconds: number | undefined;
  readonly password: string | undefined;
  readonly fingerprint: string | undefined;
  readonly lane: LaneKind | undefined;
  readonly json: boolean;
}

/** Who comes in. */
type TalkIdentity =
  | { readonly type: 'guest'; readonly nickname: string }
  | { readonly type: 'account'; readonly username: string }
  | { readonly type: 'token'; readonly token: string; readonly nickname: string | undefined };

/** The command line was not as it should be; the message says what to do. */
export class TalkUsageError extends Error {
  override readonly name = 'TalkUsageError';
}

/**
 * @returns `help` when that was asked for.
 * @throws TalkUsageError
 */
export function parseTalkOptions(args: readonly string[]): TalkOptions | 'help' {
  const values = parse(args);
  if (values.help === true) return 'help';
  return {
    server: serverAddress(required(values.server, 'server', 'http://127.0.0.1:7700')),
    channel: required(values.channel, 'channel', 'Lobby'),
    who: identityOf(values),
    play: values.play,
    whisper: values.whisper === undefined ? undefined : required(values.whisper, 'whisper', 'Ben'),
    record: values.record,
    loop: values.loop ?? false,
    seconds: values.seconds === undefined ? undefined : secondsOf(values.seconds),
    password: values.password,
    fingerprint: values.fingerprint === undefined ? undefined : fingerprintOf(values.fingerprint),
    lane: values.lane === undefined ? undefined : laneOf(values.lane),
    json: values.json ?? false,
  };
}

/** What failed as one sentence for a person. */
export function sentenceOf(error: unknown): string {
  if (error instanceof TalkUsageError || SwitchboardError.is(error)) return error.message;
  return error instanceof Error ? `Something unexpected failed: ${error.message}` : 'Something unexpected failed.';
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: 'string' },
        channel: { type: 'string' },
        nickname: { type: 'string' },
        user: { type: 'string' },
        token: { type: 'string' },
        play: { type: 'string' },
        whisper: { type: 'string' },
        record: { type: 'string' },
        loop: { type: 'boolean' },
        seconds: { type: 'string' },
        password: { type: 'string' },
        fingerprint: { type: 'string' },
        lane: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // Node's own sentence names the option; a hint about values that begin with a dash follows it.
    const [sentence = 'The options could not be read'] = error instanceof Error ? error.message.split('. ') : [];
    throw new TalkUsageError(`${sentence.replace(/\.$/, '')}. --help lists the options.`);
  }
}

function required(value: string | undefined, name: string, example: string): string {
  if (value !== undefined && value.trim() !== '') return value;
  throw new TalkUsageError(`Give --${name}, for example --${name} ${example}. --help lists the options.`);
}

function identityOf({ nickname, user, token }: ReturnType<typeof parse>): TalkIdentity {
  if (user !== undefined && token !== undefined)
    throw new TalkUsageError('Give either --user or --token, not both. --help lists the options.');
  if (user !== undefined) {
    if (nickname !== undefined)
      throw new TalkUsageError('An account has its own nickname. Give --user without --nickname.');
    return { type: 'account', username: required(user, 'user', 'ada') };
  }
  if (token !== undefined) return { type: 'token', token: required(token, 'token', 'eyJ…'), nickname };
  return { type: 'guest', nickname: required(nickname, 'nickname', 'Ada') };
}

function serverAddress(text: string): URL {
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address;
  throw new TalkUsageError(`"${text}" is not an address. Give --server as in a browser: http://127.0.0.1:7700`);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  // A timer cannot wait longer.
  if (text.trim() !== '' && seconds > 0 && seconds * 1000 < 2 ** 31) return seconds;
  throw new TalkUsageError(`--seconds takes a number greater than 0, not "${text}".`);
}

function fingerprintOf(text: string): string {
  const fingerprint = normalizedFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  throw new TalkUsageError('--fingerprint takes the 64 hexadecimal digits that the server printed at its start.');
}

function laneOf(text: string): LaneKind {
  if (text === 'udp' || text === 'websocket') return text;
  throw new TalkUsageError(`--lane takes udp or websocket, not "${text}".`);
}
