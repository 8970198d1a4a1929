import type { ValueTransformer } from 'typeorm';

/** Bytes as base64 in a column of text: SQLite and PostgreSQL have no type for them by the same name. */
export const bytes: ValueTransformer = {
  to: (value: Uint8Array | undefined) => (value === undefined ? undefined : Buffer.from(value).toString('base64')),
  from: (value: string | undefined) => (value === undefined ? undefined : new Uint8Array(Buffer.from(value, 'base64'))),
};
