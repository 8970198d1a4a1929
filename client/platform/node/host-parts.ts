/** What a program of Node is made of that has its engine in a process of its own: the ways to a server, and no codec. */

export { fetchBytes } from './fetch-bytes.ts';
export { fetchForPlugin } from './fetch-for-plugin.ts';
export { fetchJson, postJson } from './fetch-json.ts';
export { FolderBlobs } from './folder-blobs.ts';
export { askForTokens, type Tokens } from './log-in.ts';
export { nodeClock } from './node-clock.ts';
export { openControlSocket } from './node-control-socket.ts';
export { shownFingerprint, type ServerTrust } from './server-trust.ts';
