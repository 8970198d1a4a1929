import { PortFrameLine, type FrameLine, type FramePort } from '../../plugins/frame-line.ts';

/** A plugin's line for frames, over the port that its host passed on. For the engine's worker. @param flooded as in `PortFrameLine` */
export function openFrameLine(port: MessagePort, flooded: () => void): FrameLine {
  const framePort: FramePort = {
    post: (message, transfer) => port.postMessage(message, [...transfer]),
    listen(listener) {
      port.onmessage = ({ data }: MessageEvent<unknown>) => listener(data);
    },
    close: () => port.close(),
  };
  return new PortFrameLine(framePort, flooded);
}
