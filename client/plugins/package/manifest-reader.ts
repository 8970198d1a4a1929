import { PLUGIN_ABI, pluginManifest, SwitchboardError, type PluginManifest } from '@switchboard/protocol';
import * as v from 'valibot';
import { ambiguousName } from './strict-json.ts';

/** The form of manifests, `schema`, that is read here. */
const MANIFEST_SCHEMA = 1;

/**
 * Reads `plugin.json`.
 * @throws SwitchboardError `plugin.abi_newer`, `plugin.manifest_invalid` with the field
 */
export function readManifest(bytes: Uint8Array): PluginManifest {
  return checkManifest(parseManifest(bytes));
}

/**
 * The JSON of a manifest, unambiguous and not yet checked.
 * @throws SwitchboardError `plugin.manifest_invalid`
 */
export function parseManifest(bytes: Uint8Array): unknown {
  let text: string;
  let json: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new SwitchboardError('plugin.manifest_invalid', 'plugin.json is not text in UTF-8.', { cause });
  }
  try {
    json = JSON.parse(text) as unknown;
  } catch (cause) {
    const why = text.startsWith('\uFEFF') ? 'it begins with a byte order mark' : (cause as SyntaxError).message;
    throw new SwitchboardError('plugin.manifest_invalid', `plugin.json is not JSON: ${why}.`, { cause });
  }
  const field = ambiguousName(text);
  if (field !== undefined) throw invalid(field, 'is there twice, or has a name that is not allowed');
  return json;
}

/** @throws SwitchboardError `plugin.abi_newer`, `plugin.manifest_invalid` with the field */
export function checkManifest(json: unknown): PluginManifest {
  // First: a newer one may well fit no schema of ours, and that is not its fault.
  if (isNewer(json, 'abi', PLUGIN_ABI) || isNewer(json, 'schema', MANIFEST_SCHEMA)) {
    throw new SwitchboardError('plugin.abi_newer');
  }
  const checked = v.safeParse(pluginManifest, json, { abortPipeEarly: true });
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const field = v.getDotPath(issue);
  if (field !== null) throw invalid(field, faultOf(issue));
  throw new SwitchboardError('plugin.manifest_invalid', 'plugin.json does not hold a JSON object.');
}

function isNewer(json: unknown, name: 'abi' | 'schema', known: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  const version: unknown = (json as Readonly<Record<string, unknown>>)[name];
  return Number.isSafeInteger(version) && (version as number) > known;
}

function invalid(field: string, fault: string): SwitchboardError {
  return new SwitchboardError('plugin.manifest_invalid', `In plugin.json, ${field} ${fault}.`, { field });
}

function faultOf({ message, received }: v.InferIssue<typeof pluginManifest>): string {
  if (received === 'undefined') return 'is missing';
  // Ours go on after the name of the field; valibot's are sentences of their own: "Invalid length: Expected <=64 but received 70".
  return /^[a-z]/.test(message) ? message : `is wrong: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}
