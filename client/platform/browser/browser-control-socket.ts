import { CLOSE_CODES } from '@switchboard/protocol';
import type { ControlSocket, ControlSocketEvents } from '../platform.ts';

/** RFC 6455, section 7.1.5: how a connection that failed without a close frame is reported. */
const ABNORMAL_CLOSURE = 1006;

/** A page may close with 1000 or a code of its own; the rest belongs to the browser (WHATWG WebSockets, section 3.1). */
function isAllowedCode(code: number): boolean {
  return code === CLOSE_CODES.normal || (code >= 3000 && code <= 4999);
}

export function openControlSocket(url: URL, events: ControlSocketEvents): ControlSocket {
  let socket: WebSocket;
  try {
    socket = new WebSocket(url);
  } catch {
    // The page's policy or the address forbids it, `ws:` from a page by https for one: the same as not reachable.
    queueMicrotask(() => events.closed(ABNORMAL_CLOSURE));
    return { send: () => undefined, close: () => undefined };
  }
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') events.message(data);
  };
  socket.onclose = ({ code }) => events.closed(code);
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close(code) {
      if (isAllowedCode(code)) socket.close(code);
      else socket.close();
    },
  };
}
