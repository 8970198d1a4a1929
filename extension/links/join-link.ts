import { MAX_CHANNEL_NAME_LENGTH } from '@switchboard/protocol';
import { originOf } from '../servers/server-address.ts';

/** The path of an invitation: `vscode://switchboard.switchboard-voice/join?…`. */
const JOIN_PATH = '/join';
const EXTENSION_ID = 'switchboard.switchboard-voice';
const MAX_LENGTH = 2_000;
const MAX_ID_LENGTH = 64;

/** Where an invitation leads. Nothing in it is secret, and nothing in it is believed. */
export interface JoinLink {
  /** An origin by http or https. */
  readonly server: string;
  /** Id or name of a room; undefined for the server alone. */
  readonly channel?: string;
  /** What the room is called, for whom it is asked about. */
  readonly name?: string;
}

/**
 * The address of an invitation for the editor. The editor decodes the query once before it hands it over, so that what could be taken for a
 * part of it is encoded twice.
 */
export function writeJoinLink(scheme: string, { server, channel, name }: JoinLink): string {
  const parts = [
    `server=${server}`,
    ...(channel === undefined ? [] : [`channel=${encodedTwice(channel)}`]),
    ...(name === undefined ? [] : [`name=${encodedTwice(name)}`]),
  ];
  return `${scheme}://${EXTENSION_ID}${JOIN_PATH}?${parts.join('&')}`;
}

/**
 * Reads an invitation; undefined where it is none.
 * @param query as the editor hands it over: decoded once
 */
export function readJoinLink(path: string, query: string): JoinLink | undefined {
  if (path.replace(/\/$/, '') !== JOIN_PATH || query.length > MAX_LENGTH) return undefined;
  const values = new URLSearchParams(query);
  const server = originOf(values.get('server') ?? '');
  if (server === undefined) return undefined;
  const channel = values.get('channel') ?? '';
  const name = values.get('name') ?? '';
  if (channel.length > Math.max(MAX_ID_LENGTH, MAX_CHANNEL_NAME_LENGTH) || name.length > MAX_CHANNEL_NAME_LENGTH)
    return undefined;
  return {
    server: server.origin,
    ...(channel === '' ? {} : { channel }),
    ...(name === '' ? {} : { name }),
  };
}

/** The same room for a browser: the server's page, with the room behind the hash. */
export function webLink(server: string, room: string | undefined): string {
  return room === undefined ? `${server}/` : `${server}/#${encodeURIComponent(room.toWellFormed())}`;
}

function encodedTwice(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%', '%25');
}
