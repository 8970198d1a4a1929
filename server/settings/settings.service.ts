import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { SwitchboardError } from '@switchboard/protocol';
import { Repository, type EntityManager } from 'typeorm';
import * as v from 'valibot';
import { ServerConfig } from '../config/server-config.ts';
import { Setting } from './setting.entity.ts';
import { isSettingKey, SETTING_SCHEMAS, type SettingKey, type Settings } from './settings.ts';

const DEFAULT_RETENTION_DAYS = 90;

/** Told what is the case now, and what it was before. */
export type SettingsListener = (now: Settings, before: Settings) => void;

/** Written with a change or not at all; is given what was before and what is now, by name. */
export type Alongside = (
  manager: EntityManager,
  changed: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>,
) => Promise<void>;

/** What the operator decides while the server runs: in memory, as every log-in asks for it; what was changed is stored. */
@Injectable()
export class SettingsService implements OnModuleInit {
  readonly #stored: Repository<Setting>;
  readonly #listeners = new Set<SettingsListener>();
  readonly #logger = new Logger(SettingsService.name);
  /** Changes are made one after the other, so that memory and database end with the same. */
  #changing: Promise<unknown> = Promise.resolve();
  #settings: Settings;

  constructor(@InjectRepository(Setting) stored: Repository<Setting>, config: ServerConfig) {
    this.#stored = stored;
    this.#settings = {
      name: config.name,
      welcome: '',
      registration: 'invite',
      guests: config.guests,
      logLevel: config.logLevel,
      guestRetentionDays: DEFAULT_RETENTION_DAYS,
    };
  }

  async onModuleInit(): Promise<void> {
    const read: Record<string, unknown> = {};
    for (const { key, value } of await this.#stored.find()) {
      // What an earlier version knew, or what somebody wrote past the server, must not keep it from starting.
      if (isSettingKey(key) && v.is(SETTING_SCHEMAS[key], value)) read[key] = value;
      else this.#logger.warn(`The stored setting “${key}” is not one of this version; it has its default.`);
    }
    this.#settings = { ...this.#settings, ...(read as Partial<Settings>) };
  }

  get(): Settings {
    return this.#settings;
  }

  /** Told of each change, once it is stored. Returns what ends that. */
  onChanged(listener: SettingsListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Stores what differs, together with what `alongside` writes of it, and resolves with the names.
   * @throws SwitchboardError `protocol.invalid`
   */
  change(changes: Partial<Settings>, alongside?: Alongside): Promise<readonly SettingKey[]> {
    const done = this.#changing.then(() => this.#change(changes, alongside));
    this.#changing = done.catch(() => undefined);
    return done;
  }

  async #change(changes: Partial<Settings>, alongside: Alongside | undefined): Promise<readonly SettingKey[]> {
    const before = this.#settings;
    const now = { ...before, ...checked(changes) };
    const changed = (Object.keys(now) as SettingKey[]).filter((key) => now[key] !== before[key]);
    if (changed.length === 0) return [];
    await this.#stored.manager.transaction(async (manager) => {
      const rows = changed.map((key) => ({ key, value: now[key] }));
      await manager.upsert(Setting, rows, ['key']);
      await alongside?.(manager, Object.fromEntries(changed.map((key) => [key, { from: before[key], to: now[key] }])));
    });
    this.#settings = now;
    for (const listener of this.#listeners) this.#tell(listener, now, before);
    return changed;
  }

  #tell(listener: SettingsListener, now: Settings, before: Settings): void {
    try {
      listener(now, before);
    } catch (error) {
      this.#logger.error('A listener to settings failed', error instanceof Error ? error.stack : String(error));
    }
  }
}

function checked(changes: Partial<Settings>): Partial<Settings> {
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(changes)) {
    const result = isSettingKey(key) ? v.safeParse(SETTING_SCHEMAS[key], value) : undefined;
    if (result?.success !== true) {
      const expected = result?.issues[0].message ?? 'a setting of this version';
      throw new SwitchboardError('protocol.invalid', `“${key}” is not ${expected}.`, { field: key });
    }
    known[key] = result.output;
  }
  return known;
}
