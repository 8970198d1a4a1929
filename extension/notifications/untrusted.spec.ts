import type { ClientState, ErrorCode } from '@switchboard/client';
import { roomState } from '@switchboard/webcomponents/testing/fixtures';
import { describe, expect, it } from 'vitest';
import { untrustedBetween } from './untrusted.ts';

const lost = (code: ErrorCode, attempt = 1): ClientState => ({
  ...roomState,
  connection: { status: 'reconnecting', attempt, retryAtMs: 0, problem: { code, message: '' } },
});

describe('untrustedBetween', () => {
  it('is told once, when the server that one comes back to shows another certificate', () => {
    const untrusted = lost('client.certificate_untrusted', 2);
    expect(untrustedBetween(lost('client.disconnected'), untrusted)?.code).toBe('client.certificate_untrusted');
    expect(untrustedBetween(roomState, untrusted)?.code).toBe('client.certificate_untrusted');
    expect(untrustedBetween(untrusted, lost('client.certificate_untrusted', 3))).toBeUndefined();
  });

  it('is nothing else', () => {
    expect(untrustedBetween(roomState, lost('client.unreachable'))).toBeUndefined();
    expect(untrustedBetween(lost('client.certificate_untrusted'), roomState)).toBeUndefined();
  });
});
