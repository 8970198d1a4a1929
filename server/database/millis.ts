import type { ValueTransformer } from 'typeorm';

/** Milliseconds since 1970 in a 64-bit column: SQLite gives them back as numbers, PostgreSQL as text. */
export const millis: ValueTransformer = {
  to: (value: number | null) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};
