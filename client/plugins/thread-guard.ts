import { MAX_PLUGIN_LOG_LINES_PER_MINUTE, type PluginManifest, type PluginPermissionName } from '@switchboard/protocol';
import type { Problem } from '../client-state.ts';
import type { Clock } from '../platform/platform.ts';
import { ActQuota, MAX_THREAD_MESSAGES_PER_SECOND } from './act-quota.ts';
import { KeptValues } from './kept-values.ts';
import { pluginProblem } from './plugin-problems.ts';
import { checkedFromSandbox } from './sandbox-checks.ts';
import type { ActKind, FromSandbox, PluginAct, SpentQuotas, StoredValues } from './sandbox-messages.ts';

const PERMISSION_OF: Readonly<Record<PluginAct['type'], PluginPermissionName>> = {
  'message.send': 'message.send',
  'status.set': 'status.set',
  'clip.play': 'clip.play',
  'http.fetch': 'http',
};

/** A thread of ours keeps its quotas itself: what is refused all the same, one after the other, is a few at a minute's end, or a flood. */
const MAX_REFUSED_IN_ROW = 2 * MAX_PLUGIN_LOG_LINES_PER_MINUTE;

/** What is made of something that a thread said. */
export type Heard =
  | { readonly kind: 'message'; readonly message: FromSandbox }
  /** Too often: it is not done. */
  | { readonly kind: 'refused'; readonly message: FromSandbox }
  /** No plugin that keeps to its sandbox leads to this: the thread is to be ended. */
  | { readonly kind: 'broken'; readonly problem: Problem };

/** Stands between a plugin's threads and their host, and lets through what the plugin may. Inside the thread the same is checked, for the plugin to know. */
export class ThreadGuard {
  readonly #manifest: PluginManifest;
  readonly #quota: ActQuota;
  readonly #storage: KeptValues;
  #refused = 0;
  #refusedInRow = 0;

  constructor({ clock, manifest, storage }: { clock: Clock; manifest: PluginManifest; storage: StoredValues }) {
    this.#manifest = manifest;
    this.#quota = new ActQuota(clock);
    this.#storage = new KeptValues(storage, manifest.limits.storageBytes);
  }

  /** Another thread is heard from now on. @returns what it is to know of those before */
  begin(): { readonly storage: StoredValues; readonly spent: SpentQuotas } {
    this.#quota.begin();
    this.#refusedInRow = 0;
    return { storage: this.#storage.all, spent: this.#quota.spent };
  }

  /** How often it wanted more than it may. */
  get refused(): number {
    return this.#refused;
  }

  /** @param calling the call that the thread has to answer */
  hear(unchecked: unknown, calling: number | undefined): Heard {
    if (!this.#quota.hear()) return greedy(`It sent more than ${MAX_THREAD_MESSAGES_PER_SECOND} messages in a second.`);
    const message = checkedFromSandbox(unchecked);
    if (message === undefined) return broken('Its thread said what makes no sense.');
    if ('id' in message && message.id === calling) this.#quota.forget();
    switch (message.type) {
      case 'act':
        if (!this.#may(PERMISSION_OF[message.act.type]))
          return broken(`It went for ${message.act.type} without permission.`);
        return this.#limited(message.act.type, message);
      case 'log':
        return this.#limited('log', message);
      case 'stored':
        return this.#store(message);
      default:
        return { kind: 'message', message };
    }
  }

  #limited(kind: ActKind, message: FromSandbox): Heard {
    if (this.#quota.take(kind)) {
      this.#refusedInRow = 0;
      return { kind: 'message', message };
    }
    this.#refused++;
    if (++this.#refusedInRow > MAX_REFUSED_IN_ROW) return greedy('It went on and on with what it was refused.');
    return { kind: 'refused', message };
  }

  #store(message: Extract<FromSandbox, { type: 'stored' }>): Heard {
    if (!this.#may('storage')) return broken('It went for storage without permission.');
    const fault = this.#storage.change(message.key, message.value);
    return fault === undefined ? { kind: 'message', message } : greedy('It keeps more than it may.');
  }

  #may(wanted: PluginPermissionName): boolean {
    return this.#manifest.permissions.some(({ name }) => name === wanted);
  }
}

function broken(detail: string): Heard {
  return { kind: 'broken', problem: pluginProblem('plugin.crashed', detail) };
}

function greedy(detail: string): Heard {
  return { kind: 'broken', problem: pluginProblem('plugin.quota', detail) };
}
