import { id } from '@switchboard/protocol';
import * as v from 'valibot';
import { named } from '../api/named.ts';

const MAX_SERVER_NAME_LENGTH = 64;

export const virtualServer = named('VirtualServer', v.object({ id, name: v.string() }));
export type VirtualServerView = v.InferOutput<typeof virtualServer>;

export const virtualServerName = named(
  'VirtualServerName',
  v.strictObject({
    name: v.pipe(
      v.string(),
      v.trim(),
      v.minLength(1, 'not empty'),
      v.maxLength(MAX_SERVER_NAME_LENGTH, `at most ${MAX_SERVER_NAME_LENGTH} characters`),
    ),
  }),
);
