import type { RelayReport, RelaySession } from '../../server/relay/relay-messages.ts';
import type { RelayOptions } from '../../server/relay/relay-options.ts';

/** From the benchmark to the process that the server's relay runs in. */
export type RelayProcessCommand =
  | { readonly type: 'start'; readonly options: RelayOptions; readonly receiveBufferBytes: number }
  | { readonly type: 'open'; readonly sessions: readonly RelaySession[] }
  | { readonly type: 'close'; readonly tokens: readonly number[] }
  | { readonly type: 'report' };

export type RelayProcessAnswer =
  | { readonly type: 'started'; readonly port: number }
  | { readonly type: 'done' }
  | { readonly type: 'report'; readonly report: RelayReport };
