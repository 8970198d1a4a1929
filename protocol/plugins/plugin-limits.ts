/** Every quota of plugins, with its unit in its name. docs/plugins.md has the table for authors. */

/** The version of hooks and host functions. A plugin for a newer one is refused. */
export const PLUGIN_ABI = 1;

/** A package as a file, and all that is in it when unpacked. */
export const MAX_PLUGIN_PACKAGE_BYTES = 5 * 1024 * 1024;
export const MAX_PLUGIN_UNPACKED_BYTES = 8 * 1024 * 1024;
export const MAX_PLUGIN_ENTRIES = 64;
export const MAX_PLUGIN_MANIFEST_BYTES = 64 * 1024;
export const MAX_PLUGIN_WASM_BYTES = 4 * 1024 * 1024;
export const MAX_PLUGIN_README_BYTES = 256 * 1024;
export const MAX_PLUGIN_ICON_BYTES = 64 * 1024;

/** Installed in one place. */
export const MAX_PLUGINS = 32;

/** A plugin's own memory, in pages of 64 KiB: 16 MiB. */
export const MAX_PLUGIN_MEMORY_PAGES = 256;
/** Elements of a table. */
export const MAX_PLUGIN_TABLE_ELEMENTS = 65_536;
/** Of one function: its code, and in it the instructions that fill or copy whole stretches, during which nothing can end it. */
export const MAX_PLUGIN_FUNCTION_BYTES = 256 * 1024;
export const MAX_PLUGIN_BULK_INSTRUCTIONS = 64;
/** Local variables of one function, and of all. */
export const MAX_PLUGIN_FUNCTION_LOCALS = 5_000;
export const MAX_PLUGIN_LOCALS = 500_000;
/** What passes between plugin and host in one call lives in memory of the host's: so much of it, in so many blocks. */
export const MAX_PLUGIN_ALLOC_BYTES = 1024 * 1024;
export const MAX_PLUGIN_ALLOC_TOTAL_BYTES = 4 * 1024 * 1024;
export const MAX_PLUGIN_ALLOC_BLOCKS = 512;
/** Host functions called in one call, loads and stores apart. */
export const MAX_PLUGIN_HOST_CALLS = 1_000;
/** What a hook answers, in bytes of UTF-8. */
export const MAX_PLUGIN_OUTPUT_BYTES = 64 * 1024;

/** A call that takes longer is ended, and the plugin started again. */
export const PLUGIN_CALL_TIMEOUT_MS = 500;
/** From when the plugin's thread is up to the first hook. */
export const PLUGIN_START_TIMEOUT_MS = 2_000;
/** A frame that is not back by then passes as it was. */
export const PLUGIN_FRAME_DEADLINE_MS = 5;
/** Frames missed in a row after which a plugin is started again. */
export const PLUGIN_MISSED_FRAMES = 10;
/** A plugin is started again so often within ten minutes; then it stays stopped until somebody starts it. */
export const PLUGIN_RESTARTS = 3;
export const PLUGIN_RESTART_WINDOW_MS = 600_000;

export const MAX_PLUGIN_STORAGE_BYTES = 256 * 1024;
export const MAX_PLUGIN_STORAGE_KEYS = 64;
export const MAX_PLUGIN_STORAGE_KEY_LENGTH = 64;

/** What a plugin may do in one minute; beyond it the call answers `PLUGIN_REFUSED.quota`. */
export const MAX_PLUGIN_MESSAGES_PER_MINUTE = 20;
export const MAX_PLUGIN_STATUSES_PER_MINUTE = 6;
export const MAX_PLUGIN_CLIPS_PER_MINUTE = 12;
export const MAX_PLUGIN_FETCHES_PER_MINUTE = 30;
export const MAX_PLUGIN_LOG_LINES_PER_MINUTE = 120;
export const MAX_PLUGIN_LOG_LINE_LENGTH = 1_000;
/** Lines of the log that are kept, the newest. */
export const PLUGIN_LOG_LINES = 200;

/** A clip: 16-bit samples at 48 kHz, mono, at most ten seconds. */
export const MAX_PLUGIN_CLIP_SAMPLES = 480_000;

export const MAX_PLUGIN_FETCHES = 4;
export const PLUGIN_FETCH_TIMEOUT_MS = 10_000;
export const MAX_PLUGIN_RESPONSE_BYTES = 256 * 1024;
export const MAX_PLUGIN_FETCH_BODY_BYTES = 64 * 1024;

/** The shortest interval of `on_timer`, and the longest. */
export const MIN_PLUGIN_TIMER_S = 1;
export const MAX_PLUGIN_TIMER_S = 86_400;

/** Of what a plugin has people read. */
export const MAX_PLUGIN_NOTE_LENGTH = 500;
export const MAX_COMMAND_ARGUMENTS_LENGTH = 1_000;
export const MAX_COMMAND_REPLY_LENGTH = 4_000;

/** What a host function of ours answers where it does nothing; 0 and more is success. */
export const PLUGIN_REFUSED = {
  /** What it was given is not what it takes. */
  invalid: -1,
  /** Too often, or too much. */
  quota: -2,
  /** Not now: one is in no room. */
  unavailable: -3,
} as const;
