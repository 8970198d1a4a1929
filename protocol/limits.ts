/** Every limit of the protocol, with its unit in its name. What does not speak for itself, `docs/protocol.md` explains. */

export const PROTOCOL_VERSION = 1;

/** One Opus frame: 20 ms at 48 kHz. */
export const FRAME_MS = 20;
export const SAMPLE_RATE_HZ = 48_000;
export const FRAME_SAMPLES = (SAMPLE_RATE_HZ * FRAME_MS) / 1000;

/** The largest Opus frame (RFC 6716, section 3.4). */
export const MAX_OPUS_BYTES = 1275;

/** Voice packets a session may send in one second: 50 of 20 ms and room for pings and a burst after a pause. */
export const MAX_PACKETS_PER_SECOND = 60;
/** How far a session may exceed its channel's bitrate over one second. */
export const BITRATE_HEADROOM = 1.5;
/** Packets of one kind that the replay window looks back (RFC 6479 calls this the anti-replay window). */
export const REPLAY_WINDOW_PACKETS = 1024;

export const MIN_BITRATE_BPS = 8_000;
export const MAX_BITRATE_BPS = 128_000;
export const DEFAULT_BITRATE_BPS = 32_000;

/** The most speakers a channel may ask to have forwarded at a time, short of all. */
export const MAX_FORWARD_LIMIT = 32;
/** Where a channel leaves it to the server: so many are forwarded in rooms of this many members and more, all in smaller ones. */
export const AUTO_FORWARD_LIMIT = 8;
export const AUTO_FORWARD_FROM_MEMBERS = 25;

/** A joining client pings at this interval until a pong, this many times, before it takes another lane. */
export const PING_PROBE_INTERVAL_MS = 250;
export const PING_PROBE_ATTEMPTS = 4;
/** A bound lane is kept alive at this interval. */
export const PING_INTERVAL_MS = 5_000;
/** UDP is tried again at this interval while another lane is in use. */
export const UDP_RETRY_INTERVAL_MS = 30_000;
/** A UDP binding ends this long after the last ping that confirmed it: the client has gone, or its pings do not arrive. */
export const UDP_BINDING_TIMEOUT_MS = 20_000;
/** After a lane moved, what is still on its way over the one before is accepted this long. */
export const LANE_HANDOVER_MS = 2_000;

/** Packets of a token that has not been announced yet are kept this long: the join event may be slower than the voice. */
export const UNKNOWN_TOKEN_HOLD_MS = 200;
/** Receivers keep the epoch before this long. */
export const EPOCH_OVERLAP_MS = 5_000;
/** A sender goes on under the epoch before for this long: the news of the new one may reach its listeners later than its voice. */
export const EPOCH_SEND_DELAY_MS = 500;
/** Plain leaving is gathered this long into one new epoch. */
export const EPOCH_GATHER_MS = 2_000;

/** Whom one whisper target addresses at most. */
export const MAX_WHISPER_MEMBERS = 32;
export const MAX_WHISPER_CHANNELS = 16;
/** Targets that a voice session has at once; one more ends the oldest. */
export const MAX_WHISPER_TARGETS = 8;
/** Targets that address one member at once; it is left out of further ones. */
export const MAX_WHISPERS_HEARD = 16;

/** Where the WebSockets of both lanes are, each on its port. */
export const CONTROL_PATH = '/control';
export const VOICE_PATH = '/voice';

/** A control message, as UTF-8 bytes. */
export const MAX_CONTROL_MESSAGE_BYTES = 64 * 1024;
/** Bad control messages within a minute after which the socket is closed (1008). */
export const MAX_BAD_MESSAGES_PER_MINUTE = 20;
/** Unsent bytes after which a slow reader is dropped (1013). */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** Events a session keeps for replay. */
export const MAX_REPLAY_EVENTS = 1_000;
/** A session outlives its socket by this long. */
export const SESSION_GRACE_MS = 60_000;
export const CONTROL_PING_INTERVAL_MS = 15_000;
export const CONTROL_SILENCE_LIMIT_MS = 40_000;

export const MAX_NICKNAME_LENGTH = 32;
export const MAX_STATUS_LENGTH = 100;
export const MAX_CHANNEL_NAME_LENGTH = 64;
export const MAX_TOPIC_LENGTH = 256;
/** What the server says to everyone, or to who comes in. */
export const MAX_NOTICE_LENGTH = 1_000;
export const MAX_MESSAGE_LENGTH = 4_000;
/** Where a member is in its files: the names of its workspace and branch, and the path within the workspace. */
export const MAX_WORKSPACE_LENGTH = 100;
export const MAX_BRANCH_LENGTH = 200;
export const MAX_PATH_LENGTH = 512;
/** The last line of a file that can be named. */
export const MAX_LINE = 10_000_000;
/** The identifier of a programming language. */
export const MAX_LANGUAGE_LENGTH = 64;
/** A member's place is told to the others at most once in this time; what is skipped is older than what is told. */
export const PLACE_INTERVAL_MS = 250;
/** Of a new password, in characters. */
export const MIN_PASSWORD_LENGTH = 8;
export const MAX_PASSWORD_LENGTH = 128;
/** Why someone was kicked or banned. */
export const MAX_REASON_LENGTH = 256;
/** The longest ban that ends: ten years. */
export const MAX_BAN_MS = 10 * 365 * 24 * 3_600_000;
export const MAX_SLOW_MODE_S = 6 * 3_600;
export const MAX_ROLE_RANK = 1_000;
export const MAX_HISTORY_PAGE = 100;

/** A stress test: bots, the time within which they come in, and the time until they leave. */
export const MAX_STRESS_BOTS = 200;
export const MAX_STRESS_RAMP_S = 120;
export const MIN_STRESS_S = 5;
export const MAX_STRESS_S = 600;

/** WebSocket close codes in use (RFC 6455, section 7.4.1; 4000 and up are ours). */
export const CLOSE_CODES = {
  /** The user left on purpose. */
  normal: 1000,
  /** The server is going down; come back soon. */
  goingAway: 1001,
  /** Too many bad messages. */
  policyViolation: 1008,
  /** The client reads too slowly. */
  tryAgainLater: 1013,
  /** The same identity has come in from elsewhere. */
  replaced: 4001,
  /** A moderator has removed the member, for now or for longer. */
  kicked: 4002,
  banned: 4003,
  /** The log-in has ended, or the account is gone. */
  loggedOut: 4004,
} as const;
