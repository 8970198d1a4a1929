/** What a program of Node is made of that has its engine in a process of its own: the ways to a server, and no codec. */

export { fetchJson, postJson } from './fetch-json.ts';
export { askForTokens, type Tokens } from './log-in.ts';
export { nodeClock } from './node-clock.ts';
export { openControlSocket } from './node-control-socket.ts';
export { shownFingerprint, type ServerTrust } from './server-trust.ts';
