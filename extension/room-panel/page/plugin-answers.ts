import type { PluginInspection, PluginLogLine } from '@switchboard/client';
import { pluginManifest, type PluginConsent } from '@switchboard/protocol';
import * as v from 'valibot';

/* What the host answers of plugins. A manifest is somebody else's: it is what it was checked to be, or it is not shown. */

const consents = v.array(v.custom<PluginConsent>((value) => typeof value === 'string'));

export const packageBytes = v.custom<Uint8Array>((value) => value instanceof Uint8Array);

export const pluginInspection: v.GenericSchema<unknown, PluginInspection> = v.object({
  manifest: pluginManifest,
  icon: v.string(),
  readme: v.string(),
  signed: v.boolean(),
  installedVersion: v.nullable(v.string()),
  consents,
  newConsents: consents,
});

export const pluginLog: v.GenericSchema<unknown, readonly PluginLogLine[]> = v.array(
  v.object({ timeMs: v.number(), level: v.picklist(['debug', 'info', 'warn', 'error']), text: v.string() }),
);
