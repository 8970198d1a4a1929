import type {
  EventHook,
  PluginConfig,
  PluginFetch,
  PluginManifest,
  PluginMembers,
  PluginMessage,
  PluginTarget,
} from '@switchboard/protocol';

/*
 * A plugin runs in a thread of its own, which is spoken to in messages. Nothing that the thread says is believed: the thread itself is ours, but a
 * plugin may have found a way to speak for it.
 */

export type ToSandbox =
  /** The first, once. The module is checked and compiled in the thread; `started` or `failed` answers. */
  | {
      readonly type: 'start';
      readonly wasm: Uint8Array;
      readonly manifest: PluginManifest;
      readonly target: PluginTarget;
      readonly config: PluginConfig;
      readonly storage: StoredValues;
      /** What threads before have used up of the minute: nothing by default. */
      readonly spent?: SpentQuotas | undefined;
    }
  /** Calls a hook; `result` or `fault` answers, in order. `input` is JSON. */
  | { readonly type: 'call'; readonly id: number; readonly hook: EventHook; readonly input: string }
  /** What `config_get` answers from now on. */
  | { readonly type: 'config'; readonly config: PluginConfig }
  /** What `members` answers from now on. */
  | { readonly type: 'members'; readonly members: PluginMembers };

/** By key, in bytes: what the plugin keeps. */
export type StoredValues = Readonly<Record<string, Uint8Array>>;

export type SpentQuotas = readonly {
  readonly kind: ActKind;
  /** How long ago each was done, in ms. */
  readonly agesMs: readonly number[];
}[];

export type FromSandbox =
  /** The first: the thread is up, and looks at the plugin next. What time goes by from here is the plugin's. */
  | { readonly type: 'loaded' }
  | { readonly type: 'started' }
  /** It will do nothing: the module was refused, or its start did not end well. */
  | { readonly type: 'failed'; readonly fault: SandboxFault }
  /** What the hook answered, as JSON; empty for nothing. */
  | { readonly type: 'result'; readonly id: number; readonly output: string; readonly costUs: number }
  | { readonly type: 'fault'; readonly id: number; readonly fault: SandboxFault }
  | { readonly type: 'log'; readonly level: LogLevel; readonly text: string }
  /** The plugin keeps this, or with null nothing, under the key. */
  | { readonly type: 'stored'; readonly key: string; readonly value: Uint8Array | null }
  | { readonly type: 'act'; readonly act: PluginAct };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a plugin asks of its host. Checked by schema in the thread, and again outside. */
export type PluginAct =
  | { readonly type: 'message.send'; readonly message: PluginMessage }
  | { readonly type: 'status.set'; readonly status: string }
  /** 48 kHz, mono. */
  | { readonly type: 'clip.play'; readonly samples: Int16Array }
  | { readonly type: 'http.fetch'; readonly requestId: number; readonly request: PluginFetch };

/** What has a quota by the minute. */
export type ActKind = PluginAct['type'] | 'log';

/** Why a sandbox or a call of it failed. */
export interface SandboxFault {
  readonly kind:
    /** The module is not allowed to run; `reason` says what is wrong with it. */
    | 'refused'
    /** It trapped, or answered with an error. After a trap nothing of it is called again. */
    | 'trapped'
    | 'error'
    /** More memory, blocks or host calls than it may use. */
    | 'quota'
    /** The answer was too large or no UTF-8. */
    | 'output';
  /** For people, in English: may hold the plugin's own words, cut short. */
  readonly reason: string;
}

/* The line for audio, straight between engine and thread: no other message waits before it. */

/** A frame on its way in. The buffer is transferred, and comes back with the answer. */
export interface FrameQuestion {
  readonly sequence: number;
  readonly hook: 'on_audio_frame_captured' | 'on_audio_frame_received';
  /** 0 for one's own microphone; whose voice it is else, from 1, the same as long as that one is in the room. */
  readonly speaker: number;
  /** 960 samples. */
  readonly samples: Float32Array<ArrayBuffer>;
}

export interface FrameAnswer {
  readonly sequence: number;
  /** Finite, −1 to 1; as they were where the plugin left them, or failed. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** How long the plugin took, in µs. */
  readonly costUs: number;
  /** The plugin trapped, or answered another number of bytes. */
  readonly failed: boolean;
}
