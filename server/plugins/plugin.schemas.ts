import { ALL_HOOKS, pluginId, pluginTarget, type PluginConsent } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';
import { flag } from '../api/query-values.ts';

const MAX_CONSENTS = 64;

const consentName = v.pipe(
  v.string(),
  v.maxLength(300),
  v.description('What somebody agrees to: `permission:storage`, `host:api.example.org`, `hook:on_message`.'),
);
const configValue = v.union([v.boolean(), v.number(), v.string()]);

/** As the plugin's form is made of it: a part of JSON Schema. */
const configSchema = named(
  'PluginConfigSchema',
  v.object({
    type: v.literal('object'),
    properties: v.record(
      v.string(),
      v.object({
        type: v.picklist(['boolean', 'integer', 'number', 'string']),
        title: v.optional(v.string()),
        description: v.optional(v.string()),
        default: configValue,
        minimum: v.optional(v.number()),
        maximum: v.optional(v.number()),
        multipleOf: v.optional(v.number()),
        maxLength: v.optional(v.number()),
        enum: v.optional(v.array(v.string())),
        format: v.optional(v.literal('multiline')),
      }),
    ),
  }),
);

/** What a manifest says, to whoever decides about it. */
const DESCRIBED = {
  id: v.string(),
  name: v.string(),
  version: v.string(),
  description: v.string(),
  author: v.string(),
  licence: v.string(),
  homepage: v.nullable(v.string()),
  targets: v.array(pluginTarget),
  hooks: v.array(v.picklist(ALL_HOOKS)),
  commands: v.array(v.object({ name: v.string(), description: v.string() })),
  publisher: v.pipe(v.nullable(v.string()), v.description('The key that the package is signed by; null for none.')),
  icon: v.pipe(v.string(), v.description('A PNG in base64; empty for none.')),
  packageSha256: v.string(),
  bytes: v.pipe(v.number(), v.description('Of the package.')),
  consents: v.pipe(v.array(consentName), v.description('All that it wants.')),
};

export const pluginView = named(
  'Plugin',
  v.object({
    ...DESCRIBED,
    enabled: v.pipe(v.boolean(), v.description('Runs in the server.')),
    offered: v.pipe(v.boolean(), v.description('Everyone is offered it.')),
    configSchema,
    config: v.record(v.string(), configValue),
    status: v.object({
      kind: v.picklist(['off', 'starting', 'running', 'restarting', 'stopped']),
      problem: v.nullable(v.object({ code: v.string(), message: v.string() })),
    }),
    figures: v.pipe(
      v.object({
        calls: v.number(),
        faults: v.number(),
        restarts: v.number(),
        refused: v.pipe(v.number(), v.description('What it wanted to do more often than it may.')),
        meanUs: v.pipe(v.number(), v.description('Of a call, in microseconds.')),
        maxUs: v.number(),
      }),
      v.description('Since the server started.'),
    ),
    installedAt: v.number(),
    updatedAt: v.number(),
  }),
);
export type PluginView = v.InferOutput<typeof pluginView>;

export const pluginList = v.object({ items: v.array(pluginView) });

export const inspectionView = named(
  'PluginInspection',
  v.object({
    ...DESCRIBED,
    readme: v.pipe(v.string(), v.description('Markdown; empty for none.')),
    installedVersion: v.nullable(v.string()),
    newConsents: v.pipe(v.array(consentName), v.description('What has not been agreed to yet.')),
  }),
);
export type InspectionView = v.InferOutput<typeof inspectionView>;

export const installQuery = v.strictObject({
  agreed: v.pipe(
    v.optional(v.pipe(v.string(), v.maxLength(8_000)), ''),
    v.transform((text) => text.split(',').filter((part) => part !== '')),
    v.description('What is agreed to, separated by commas.'),
  ),
  enable: v.optional(v.pipe(flag, v.description('Run it in the server, where it is new.')), 'false'),
  offer: v.optional(v.pipe(flag, v.description('Offer it to everyone, where it is new.')), 'false'),
});

export const bundledInstallation = named(
  'BundledPluginInstallation',
  v.strictObject({
    agreed: v.pipe(v.array(consentName), v.maxLength(MAX_CONSENTS)),
    enable: v.optional(v.boolean(), false),
    offer: v.optional(v.boolean(), false),
  }),
);

export const pluginChanges = named(
  'PluginChanges',
  v.strictObject({
    enabled: v.optional(v.boolean()),
    offered: v.optional(v.boolean()),
    config: v.optional(
      v.pipe(v.record(v.string(), configValue), v.description('All settings; what is absent takes its default.')),
    ),
  }),
);

export const pluginOrder = named('PluginOrder', v.strictObject({ ids: v.pipe(v.array(pluginId), v.maxLength(64)) }));

export const pluginLog = v.object({
  items: v.array(
    named(
      'PluginLogLine',
      v.object({
        time: v.pipe(v.number(), v.description('Milliseconds since 1970.')),
        level: v.picklist(['debug', 'info', 'warn', 'error']),
        text: v.string(),
      }),
    ),
  ),
});

/** What is not the name of a consent is agreed to in vain. */
export function consentsIn(names: readonly string[]): readonly PluginConsent[] {
  return names.filter((name): name is PluginConsent => /^(permission|host|hook):./.test(name));
}
