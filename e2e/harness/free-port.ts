// The client's tests need it as well, and may import nothing from here.
export { freePort } from '../../client/session/testing/free-port.ts';
