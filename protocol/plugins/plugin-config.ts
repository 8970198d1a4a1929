import * as v from 'valibot';

/*
 * A plugin's settings: a part of JSON Schema from which a form can be made. Flat, so that the form is one; each has a default, so that a plugin
 * runs before anybody has looked at them.
 */

const MAX_PROPERTIES = 32;
const MAX_TEXT_LENGTH = 4_000;
/** Parts of a step, and of the number of steps. */
const MAX_STEP_FAULT = 1e-9;

const title = v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64)));
const description = v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(300)));
const finite = v.pipe(v.number(), v.finite());
const range = { minimum: v.optional(finite), maximum: v.optional(finite) };

const property = v.variant('type', [
  v.object({ type: v.literal('boolean'), title, description, default: v.boolean() }),
  v.object({ type: v.literal('integer'), title, description, default: v.pipe(v.number(), v.safeInteger()), ...range }),
  v.object({
    type: v.literal('number'),
    title,
    description,
    default: finite,
    ...range,
    multipleOf: v.optional(v.pipe(finite, v.gtValue(0))),
  }),
  v.object({
    type: v.literal('string'),
    title,
    description,
    default: v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH)),
    maxLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_TEXT_LENGTH))),
    /** One of these. */
    enum: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.minLength(1), v.maxLength(50))),
    /** `multiline` for text of several lines. */
    format: v.optional(v.literal('multiline')),
  }),
]);
export type PluginConfigProperty = v.InferOutput<typeof property>;
export type PluginConfigValue = boolean | number | string;
/** By the name of the setting. */
export type PluginConfig = Readonly<Record<string, PluginConfigValue>>;

const propertyName = v.pipe(v.string(), v.maxLength(64), v.regex(/^[a-z][A-Za-z0-9]*$/, 'must be a name in camelCase'));

export const pluginConfigSchema = v.object({
  type: v.literal('object'),
  properties: v.pipe(
    v.record(
      propertyName,
      v.pipe(
        property,
        v.check(hasReachableMinimum, 'has a minimum that is no multiple of multipleOf'),
        v.check((value) => faultIn(value, value.default) === undefined, 'has a default that it does not allow'),
      ),
    ),
    v.check((properties) => Object.keys(properties).length <= MAX_PROPERTIES, `has more than ${MAX_PROPERTIES}`),
  ),
});
export type PluginConfigSchema = v.InferOutput<typeof pluginConfigSchema>;

/** The settings as they are before anybody has changed them. */
export function defaultConfig(schema: PluginConfigSchema): PluginConfig {
  return Object.fromEntries(Object.entries(schema.properties).map(([name, { default: value }]) => [name, value]));
}

/** What is wrong with a value of a setting; undefined if nothing is. */
export function faultIn(wanted: PluginConfigProperty, value: unknown): string | undefined {
  switch (wanted.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'integer':
    case 'number':
      return numberFault(wanted, value);
    case 'string':
      return textFault(wanted, value);
  }
}

type NumberProperty = Extract<PluginConfigProperty, { type: 'integer' | 'number' }>;
type TextProperty = Extract<PluginConfigProperty, { type: 'string' }>;

function numberFault(wanted: NumberProperty, value: unknown): string | undefined {
  const { type, minimum, maximum } = wanted;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number';
  if (type === 'integer' && !Number.isSafeInteger(value)) return 'must be a whole number';
  if (minimum !== undefined && value < minimum) return `must be ${minimum} or more`;
  if (maximum !== undefined && value > maximum) return `must be ${maximum} or less`;
  const step = stepOf(wanted);
  return step === undefined || isMultipleOf(value, step) ? undefined : `must be a multiple of ${step}`;
}

function stepOf(wanted: NumberProperty): number | undefined {
  return wanted.type === 'number' ? wanted.multipleOf : undefined;
}

/** Counted from 0, as JSON Schema has it; as exactly as fractions of ten can be: 0.3 is a multiple of 0.1. */
export function isMultipleOf(value: number, step: number): boolean {
  const times = value / step;
  return Math.abs(times - Math.round(times)) <= MAX_STEP_FAULT * Math.max(1, Math.abs(times));
}

/** A form counts its steps from the minimum. */
function hasReachableMinimum(wanted: PluginConfigProperty): boolean {
  if (wanted.type !== 'number' || wanted.minimum === undefined || wanted.multipleOf === undefined) return true;
  return isMultipleOf(wanted.minimum, wanted.multipleOf);
}

function textFault({ maxLength, enum: values }: TextProperty, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (values !== undefined) return values.includes(value) ? undefined : `must be one of ${values.join(', ')}`;
  return value.length <= (maxLength ?? MAX_TEXT_LENGTH)
    ? undefined
    : `must be ${maxLength ?? MAX_TEXT_LENGTH} characters or less`;
}

export type CheckedConfig =
  | { readonly ok: true; readonly config: PluginConfig }
  /** `field` is the name of the setting. */
  | { readonly ok: false; readonly field: string; readonly fault: string };

/** Settings as somebody gave them: what is absent takes its default, what is unknown is a fault. */
export function checkConfig(schema: PluginConfigSchema, given: Readonly<Record<string, unknown>>): CheckedConfig {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema.properties, name))
      return { ok: false, field: name, fault: 'is not a setting of this plugin' };
  }
  const config: Record<string, PluginConfigValue> = {};
  for (const [name, wanted] of Object.entries(schema.properties)) {
    const value: unknown = Object.hasOwn(given, name) ? given[name] : wanted.default;
    const fault = faultIn(wanted, value);
    if (fault !== undefined) return { ok: false, field: name, fault };
    config[name] = value as PluginConfigValue;
  }
  return { ok: true, config };
}
