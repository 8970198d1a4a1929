import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { SwitchboardError } from '@switchboard/protocol';
import { packagesIn, readPackage, type PackageFile } from './package-folder.ts';
import { PluginsService, type Inspection } from './plugins.service.ts';

/** Where the packages are that come with this version; another place in tests. */
export abstract class BundledFolder {
  abstract readonly path: string;
}

@Injectable()
export class BuiltPackages extends BundledFolder {
  override get path(): string {
    const require = createRequire(import.meta.url);
    return join(dirname(require.resolve('@switchboard/plugins/package.json')), 'dist', 'packages');
  }
}

interface Known {
  readonly state: string;
  readonly id: string;
}

/** The plugins that come with this version: nobody has to look for files, and none is on by itself. Read when somebody asks. */
@Injectable()
export class BundledPackages {
  readonly #folder: BundledFolder;
  readonly #plugins: PluginsService;
  readonly #logger = new Logger(BundledPackages.name);
  /** Which plugin is in which file, as it was when it was last read. */
  readonly #known = new Map<string, Known>();

  constructor(folder: BundledFolder, plugins: PluginsService) {
    this.#folder = folder;
    this.#plugins = plugins;
  }

  /** By their names. One that could not take the place of what is installed is left out. */
  async list(): Promise<Inspection[]> {
    const found: Inspection[] = [];
    for (const file of await packagesIn(this.#folder.path)) {
      const inspection = await this.#inspect(file);
      if (inspection !== undefined) found.push(inspection);
    }
    return found.sort((a, b) => (a.content.manifest.name < b.content.manifest.name ? -1 : 1));
  }

  /** @throws SwitchboardError `plugin.not_found` */
  async read(id: string): Promise<Uint8Array> {
    for (const file of await packagesIn(this.#folder.path)) {
      const known = this.#known.get(file.name);
      if (known?.state !== file.state) await this.#inspect(file);
      if (this.#known.get(file.name)?.id === id) return readPackage(this.#folder.path, file);
    }
    throw new SwitchboardError('plugin.not_found');
  }

  async #inspect(file: PackageFile): Promise<Inspection | undefined> {
    try {
      const inspection = await this.#plugins.inspect(await readPackage(this.#folder.path, file));
      this.#known.set(file.name, { state: file.state, id: inspection.content.manifest.id });
      return inspection;
    } catch (error) {
      if (!SwitchboardError.is(error)) throw error;
      if (error.code !== 'plugin.older' && error.code !== 'plugin.publisher_changed') {
        this.#logger.warn(`The package “${file.name}” of this version cannot be used: ${error.message}`);
      }
      return undefined;
    }
  }
}
