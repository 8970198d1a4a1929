import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { PluginValue } from './plugin-value.entity.ts';
import { InstalledPlugin } from './plugin.entity.ts';

/** A plugin with the file it came as. */
export type WithPackage = InstalledPlugin & { readonly package: Uint8Array };

/** Plugins and what they keep, as they are stored. */
@Injectable()
export class PluginStore {
  readonly #plugins: Repository<InstalledPlugin>;
  readonly #values: Repository<PluginValue>;

  constructor(
    @InjectRepository(InstalledPlugin) plugins: Repository<InstalledPlugin>,
    @InjectRepository(PluginValue) values: Repository<PluginValue>,
  ) {
    this.#plugins = plugins;
    this.#values = values;
  }

  /** In their order, without their packages. */
  all(): Promise<InstalledPlugin[]> {
    return this.#plugins.find({ order: { position: 'ASC', id: 'ASC' } });
  }

  /**
   * The file that a plugin came as; undefined if it is gone.
   * @param packageSha256 another one is not meant; absent for whatever it is now
   */
  async packageOf(id: string, packageSha256?: string): Promise<Uint8Array | undefined> {
    const where = { id, ...(packageSha256 === undefined ? {} : { packageSha256 }) };
    const row = await this.#plugins.findOne({ where, select: { id: true, package: true } });
    return row?.package;
  }

  /** @param work writes by the manager that it is given, and by nothing else: all of it is stored, or nothing. */
  inTransaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.#plugins.manager.transaction(work);
  }

  async put(plugin: WithPackage, manager: EntityManager): Promise<void> {
    await manager.upsert(InstalledPlugin, plugin, ['id']);
  }

  async change(
    id: string,
    changes: Partial<Pick<InstalledPlugin, 'enabled' | 'offered' | 'config' | 'position'>>,
    manager: EntityManager,
  ): Promise<void> {
    await manager.update(InstalledPlugin, { id }, changes);
  }

  /** With all that it has kept. */
  async remove(id: string, manager: EntityManager): Promise<void> {
    await manager.delete(InstalledPlugin, { id });
  }

  async valuesOf(pluginId: string): Promise<Record<string, Uint8Array>> {
    const rows = await this.#values.findBy({ pluginId });
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  /** Null takes a value away. */
  async changeValues(pluginId: string, changes: ReadonlyMap<string, Uint8Array | null>): Promise<void> {
    await this.#values.manager.transaction(async (manager) => {
      // It may have been removed since it said so.
      if (!(await manager.existsBy(InstalledPlugin, { id: pluginId }))) return;
      for (const [key, value] of changes) {
        if (value === null) await manager.delete(PluginValue, { pluginId, key });
        else await manager.upsert(PluginValue, { pluginId, key, value }, ['pluginId', 'key']);
      }
    });
  }
}
