import { toJsonSchema } from '@valibot/to-json-schema';
import {
  CLIENT_HOOKS,
  pluginFetch,
  pluginManifest,
  pluginMembers,
  pluginMessage,
  SERVER_HOOKS,
} from '@switchboard/protocol';
import type * as v from 'valibot';
import { recordedEvents } from './recorded-events.ts';

/** Checks that JSON Schema has no word for, or JSON no need of: the host makes them, a reader finds them in docs/plugins.md. */
const WITHOUT_WORDS = ['check', 'custom', 'finite', 'raw_check', 'trim'];

type Json = ReturnType<typeof toJsonSchema>;

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** The files of plugins/schema, by name: generated, so that authors read what is checked. */
export function schemaFiles(): Readonly<Record<string, Json>> {
  const manifest = schemaOf(pluginManifest);
  return {
    'manifest.schema.json': { $schema: DRAFT, title: 'plugin.json in a package', ...manifest },
    'plugin.schema.json': { $schema: DRAFT, title: 'plugin.json as its author writes it', ...asWritten(manifest) },
    'events.schema.json': { $schema: DRAFT, title: 'events.json, for tests', ...schemaOf(recordedEvents) },
    'client-hooks.schema.json': { $schema: DRAFT, title: 'Hooks at a client', $defs: hooksOf(CLIENT_HOOKS) },
    'server-hooks.schema.json': { $schema: DRAFT, title: 'Hooks at a server', $defs: hooksOf(SERVER_HOOKS) },
    'host-functions.schema.json': {
      $schema: DRAFT,
      title: 'What host functions take and answer',
      $defs: {
        'send_message.input': schemaOf(pluginMessage),
        'http_fetch.input': schemaOf(pluginFetch),
        'members.output': schemaOf(pluginMembers),
      },
    },
  };
}

/** As it is in the file, byte for byte. */
export function schemaText(schema: Json): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** Packing puts the hash in, signing the publisher. */
function asWritten(manifest: Json): Json {
  const { sha256: _sha256, publisher: _publisher, ...properties } = manifest.properties ?? {};
  const required = manifest.required?.filter((name) => name !== 'sha256') ?? [];
  return { ...manifest, properties: { $schema: { type: 'string' }, ...properties }, required };
}

function hooksOf(
  hooks: Readonly<Record<string, { readonly event: v.GenericSchema; readonly result: v.GenericSchema }>>,
): Record<string, Json> {
  const schemas: Record<string, Json> = {};
  for (const [hook, { event, result }] of Object.entries(hooks)) {
    schemas[`${hook}.event`] = schemaOf(event);
    schemas[`${hook}.result`] = schemaOf(result);
  }
  return schemas;
}

/** What is written by whoever it is for: so what has a default may be left out. */
function schemaOf(schema: v.GenericSchema): Json {
  const { $schema: _, ...json } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    typeMode: 'input',
    ignoreActions: WITHOUT_WORDS,
    overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'custom' ? {} : undefined),
  });
  return json;
}
