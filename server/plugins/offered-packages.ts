import { Injectable } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { PluginCatalogueService } from './plugin-catalogue.service.ts';
import { PluginStore } from './plugin-store.ts';

/** Of packages that were asked for of late: a few large ones, or many small ones. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/** The files of the plugins that everyone is offered. When a new one is offered, everyone here may ask for it at once. */
@Injectable()
export class OfferedPackages {
  readonly #catalogue: PluginCatalogueService;
  readonly #store: PluginStore;
  /** By their hash; who was asked for longest ago comes first. */
  readonly #kept = new Map<string, { readonly bytes: number; readonly file: Promise<Uint8Array | undefined> }>();

  constructor(catalogue: PluginCatalogueService, store: PluginStore) {
    this.#catalogue = catalogue;
    this.#store = store;
  }

  /** @throws SwitchboardError `plugin.not_found`, also of one that is not offered */
  async read(sha256: string): Promise<Uint8Array> {
    const offered = this.#catalogue.offered.find(({ packageSha256 }) => packageSha256 === sha256);
    if (offered === undefined) throw new SwitchboardError('plugin.not_found');
    const { id, packageBytes } = offered;
    // An update may be on its way: what is kept under a hash is of that hash.
    const kept = this.#kept.get(sha256) ?? { bytes: packageBytes, file: this.#store.packageOf(id, sha256) };
    this.#kept.delete(sha256);
    this.#kept.set(sha256, kept);
    this.#forgetOld();
    const file = await kept.file.catch((error: unknown) => {
      this.#kept.delete(sha256);
      throw error;
    });
    if (file !== undefined) return file;
    this.#kept.delete(sha256);
    throw new SwitchboardError('plugin.not_found');
  }

  #forgetOld(): void {
    let bytes = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, 0);
    for (const [sha256, kept] of this.#kept) {
      if (bytes <= MAX_KEPT_BYTES || this.#kept.size === 1) return;
      this.#kept.delete(sha256);
      bytes -= kept.bytes;
    }
  }
}
