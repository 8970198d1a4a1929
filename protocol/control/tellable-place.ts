import * as v from 'valibot';
import { place, type Place } from './model.ts';

/** As much of a place as the protocol takes, whatever files and branches are called here; null if nothing is left. */
export function tellablePlace(given: Place): Place | null {
  const { workspace, branch, path, line } = place.entries;
  const hasPath = given.path !== undefined && v.is(path, given.path);
  const told: Place = {
    ...(given.workspace !== undefined && v.is(workspace, given.workspace) ? { workspace: given.workspace } : {}),
    ...(given.branch !== undefined && v.is(branch, given.branch) ? { branch: given.branch } : {}),
    ...(hasPath ? { path: given.path } : {}),
    // A line of no file tells nothing.
    ...(hasPath && given.line !== undefined && v.is(line, given.line) ? { line: given.line } : {}),
  };
  return Object.keys(told).length === 0 ? null : told;
}
