import {
  MAX_PLUGIN_PACKAGE_BYTES,
  SwitchboardError,
  type PluginManifest,
  type PluginOffer,
} from '@switchboard/protocol';
import type { Platform } from '../platform/platform.ts';
import { sha256Hex } from '../plugins/package/package-crypto.ts';
import { readClientPackage, type PluginLibrary } from '../plugins/plugin-library.ts';
import type { InstalledPlugin } from '../plugins/plugin-rows.ts';
import { newConsents } from '../plugins/package/plugin-update.ts';
import { problemOf } from './problem.ts';

export interface PluginOffersOptions {
  readonly platform: Pick<Platform, 'fetchBytes'>;
  /** The address of the server's web port. */
  readonly server: URL;
  readonly library: PluginLibrary;
  /** What became of an update that nobody asked for. */
  readonly log: (pluginId: string, level: 'info' | 'warn', text: string) => void;
}

/** What the server offers: fetched when it is asked for. What was installed from it, and is signed, follows it. */
export class PluginOffers {
  readonly #options: PluginOffersOptions;
  #offers: readonly PluginOffer[] = [];
  /** Packages that were not taken: nothing is different about them the next time. */
  readonly #refused = new Set<string>();
  #working: Promise<void> = Promise.resolve();

  constructor(options: PluginOffersOptions) {
    this.#options = options;
  }

  /** The server's offers are these now. */
  follow(offers: readonly PluginOffer[]): void {
    if (offers === this.#offers) return;
    this.#offers = offers;
    this.again();
  }

  /** What is installed is another. */
  again(): void {
    const offers = this.#offers;
    if (offers.length > 0) this.#working = this.#working.then(() => this.#update(offers));
  }

  /**
   * @throws SwitchboardError `plugin.not_found`, also where the package is another plugin's; `plugin.hash_wrong`, `client.unreachable`, and as
   * `readClientPackage`
   */
  async fetch(pluginId: string): Promise<Uint8Array> {
    const { bytes } = await this.#fetched(pluginId);
    return bytes;
  }

  async #fetched(pluginId: string): Promise<{ readonly bytes: Uint8Array; readonly manifest: PluginManifest }> {
    const offer = this.#offers.find(({ id }) => id === pluginId);
    if (offer === undefined) throw new SwitchboardError('plugin.not_found');
    const { platform, server } = this.#options;
    const url = new URL(offer.path, server);
    // A path that begins with two slashes leads to another host.
    if (url.origin !== server.origin) throw new SwitchboardError('plugin.not_found');
    const bytes = await platform.fetchBytes(url, MAX_PLUGIN_PACKAGE_BYTES);
    if ((await sha256Hex(bytes)) !== offer.packageSha256) throw new SwitchboardError('plugin.hash_wrong');
    const { manifest } = await readClientPackage(bytes);
    // Who chose this one shall not be asked about another.
    if (manifest.id !== pluginId) throw new SwitchboardError('plugin.not_found');
    return { bytes, manifest };
  }

  async #update(offers: readonly PluginOffer[]): Promise<void> {
    const { library, log } = this.#options;
    await library.load().catch(() => undefined);
    for (const offer of offers) {
      // A later offer takes its place.
      if (offers !== this.#offers) return;
      const plugin = library.find(offer.id);
      if (plugin === undefined || !this.#follows(plugin, offer)) continue;
      try {
        const refusal = await this.#updateOne(plugin);
        if (refusal !== undefined) this.#refused.add(offer.packageSha256);
        if (refusal === undefined) log(offer.id, 'info', `Updated to ${offer.version}, which the server offers.`);
        else log(offer.id, 'info', `Not updated to ${offer.version}, which the server offers: ${refusal}`);
      } catch (error) {
        if (!SwitchboardError.is(error, 'client.unreachable')) this.#refused.add(offer.packageSha256);
        const { message } = problemOf(error, 'plugin.package_damaged');
        log(offer.id, 'warn', `Not updated to ${offer.version}, which the server offers. ${message}`);
      }
    }
  }

  #follows({ enabled, server, packageSha256 }: InstalledPlugin, offer: PluginOffer): boolean {
    const isFromHere = server === this.#options.server.origin;
    const isNew = packageSha256 !== offer.packageSha256 && !this.#refused.has(offer.packageSha256);
    return enabled && isFromHere && isNew;
  }

  /**
   * Nothing that the person has not agreed to, and of nobody else: who runs the server, or has taken its address, is not who wrote the code.
   * Says why not.
   */
  async #updateOne({ id, manifest, agreed }: InstalledPlugin): Promise<string | undefined> {
    if (manifest.publisher === undefined) return 'it is not signed, so that is for you to decide.';
    const { library, server } = this.#options;
    const { bytes, manifest: next } = await this.#fetched(id);
    if (next.publisher !== manifest.publisher) return 'it has another publisher.';
    if (newConsents(agreed, next).length > 0) return 'it wants more than was agreed to.';
    await library.install(bytes, { agreed: [], origin: 'server', server: server.origin });
    return undefined;
  }
}
