import {
  checkConfig,
  faultIn,
  hex,
  pluginManifest,
  type PluginConfig,
  type PluginConfigSchema,
  type PluginConsent,
  type PluginManifest,
} from '@switchboard/protocol';
import * as v from 'valibot';

/** A plugin as this client has it. */
export interface InstalledPlugin {
  readonly id: string;
  readonly manifest: PluginManifest;
  /** Base64 of a PNG; empty for none. */
  readonly icon: string;
  readonly origin: 'file' | 'server';
  /** The origin of the server that offered it; null for one from a file. */
  readonly server: string | null;
  /** Of the package as it came. */
  readonly packageSha256: string;
  readonly enabled: boolean;
  readonly config: PluginConfig;
  /** All that has been agreed to, also for earlier versions. */
  readonly agreed: readonly PluginConsent[];
}

/** What an update is held against. */
type PluginPin = Pick<PluginManifest, 'version' | 'publisher'>;

/** One row of what is kept: whole, or of another version of this program, which may read it again. */
export interface PluginRow {
  /** Undefined where not even that can be read. */
  readonly id: string | undefined;
  /** Who may follow it, as far as that can be read. */
  readonly pin: PluginPin;
  readonly raw: unknown;
  readonly plugin: InstalledPlugin | undefined;
}

const index = v.object({ plugins: v.array(v.unknown()) });

const named = v.object({
  manifest: v.object({
    id: v.string(),
    version: v.fallback(v.string(), '0.0.0'),
    // Whatever it is: nobody's key is equal to what is no key.
    publisher: v.optional(v.fallback(v.string(), 'unknown')),
  }),
});

const row = v.object({
  manifest: pluginManifest,
  icon: v.string(),
  origin: v.picklist(['file', 'server']),
  server: v.nullable(v.string()),
  packageSha256: hex(32),
  enabled: v.boolean(),
  config: v.record(v.string(), v.unknown()),
  agreed: v.array(v.custom<PluginConsent>((value) => typeof value === 'string')),
});

const NAMELESS = { id: undefined, version: '0.0.0' } as const;

/**
 * What is kept, in the person's order; undefined for what is no index. A row that makes no sense does not take the others with it.
 */
export function readRows(bytes: Uint8Array | undefined): readonly PluginRow[] | undefined {
  if (bytes === undefined) return [];
  const checked = v.safeParse(index, parsed(bytes));
  if (!checked.success) return undefined;
  const rows: PluginRow[] = [];
  for (const raw of checked.output.plugins) {
    const name = v.safeParse(named, raw);
    const { id, ...pin } = name.success ? name.output.manifest : NAMELESS;
    if (id === undefined || rows.every((other) => other.id !== id)) rows.push({ id, pin, raw, plugin: readRow(raw) });
  }
  return rows;
}

export function writeRows(rows: readonly PluginRow[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: 1, plugins: rows.map(({ raw }) => raw) }));
}

export function rowOf(plugin: InstalledPlugin): PluginRow {
  const { id, ...raw } = plugin;
  return { id, pin: plugin.manifest, raw, plugin };
}

/** Settings as far as they still fit; for the others their defaults. */
export function fittedConfig(schema: PluginConfigSchema, given: Readonly<Record<string, unknown>>): PluginConfig {
  const fitting = Object.entries(given).filter(([name, value]) => {
    const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    return property !== undefined && faultIn(property, value) === undefined;
  });
  const checked = checkConfig(schema, Object.fromEntries(fitting));
  return checked.ok ? checked.config : {};
}

function readRow(raw: unknown): InstalledPlugin | undefined {
  const checked = v.safeParse(row, raw);
  if (!checked.success) return undefined;
  const { manifest, config } = checked.output;
  return { ...checked.output, id: manifest.id, config: fittedConfig(manifest.config, config) };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
