import { SwitchboardError, type ErrorCode } from '@switchboard/protocol';

/** What `getUserMedia` rejects with (W3C Media Capture and Streams, section 10.2), as codes of the contract. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  NotAllowedError: 'client.microphone_refused',
  SecurityError: 'client.microphone_refused',
  NotFoundError: 'client.microphone_missing',
  OverconstrainedError: 'client.microphone_missing',
  NotReadableError: 'client.microphone_failed',
  AbortError: 'client.microphone_failed',
};

export function microphoneError(cause: unknown): SwitchboardError {
  // By name alone: OverconstrainedError is no Error in every browser.
  const name = typeof cause === 'object' && cause !== null && 'name' in cause ? String(cause.name) : '';
  return new SwitchboardError(CODES[name] ?? 'client.microphone_failed', undefined, { cause });
}

/**
 * Asks for a microphone, mono, with the browser's own echo cancellation, noise suppression and gain control.
 *
 * @param deviceId undefined for the system's default.
 * @throws SwitchboardError `client.microphone_refused`, `client.microphone_missing`, `client.microphone_failed`, `client.insecure_page`
 */
export async function captureMicrophone(
  deviceId: string | undefined,
  devices: MediaDevices | undefined = mediaDevices(),
): Promise<MediaStream> {
  if (devices === undefined) throw new SwitchboardError('client.insecure_page');
  try {
    return await devices.getUserMedia({
      audio: {
        ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
        channelCount: 1,
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
      },
    });
  } catch (cause) {
    throw microphoneError(cause);
  }
}

/** Absent on pages that are not secure, whatever the types say. */
export function mediaDevices(): MediaDevices | undefined {
  return (navigator as Partial<Navigator>).mediaDevices;
}
