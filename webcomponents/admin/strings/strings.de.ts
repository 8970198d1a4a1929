import { common } from './common.de.ts';
import { people } from './people.de.ts';
import { plugins } from './plugins.de.ts';
import { rooms } from './rooms.de.ts';
import { server } from './server.de.ts';
import type { AdminStrings } from './strings.ts';

export const german: AdminStrings = { ...common, ...people, ...plugins, ...rooms, ...server };
