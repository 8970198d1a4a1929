import { describe, expect, it } from 'vitest';
import { knownProblem, problemOf } from './hook-problem.ts';

const linux = (env: Record<string, string>) => knownProblem({ platform: 'linux', env });

describe('knownProblem', () => {
  it('has none with an X display', () => {
    expect(linux({ DISPLAY: ':0', XDG_SESSION_TYPE: 'x11' })).toBeUndefined();
  });

  it('knows Wayland, though XWayland offers a display', () => {
    expect(linux({ DISPLAY: ':0', XDG_SESSION_TYPE: 'wayland' })).toBe('wayland');
    expect(linux({ DISPLAY: ':0', WAYLAND_DISPLAY: 'wayland-0' })).toBe('wayland');
  });

  it('knows a machine without a screen', () => {
    expect(linux({})).toBe('no_display');
    expect(linux({ DISPLAY: '' })).toBe('no_display');
  });

  it.each(['darwin', 'win32'] as const)('tries on %s', (platform) => {
    expect(knownProblem({ platform, env: {} })).toBeUndefined();
  });
});

describe('problemOf', () => {
  it.each([
    ['UIOHOOK_ERROR_AXAPI_DISABLED', 'no_permission'],
    ['UIOHOOK_ERROR_X_OPEN_DISPLAY', 'no_display'],
    ['UIOHOOK_FAILURE', 'failed'],
  ])('reads %s as %s', (code, problem) => {
    expect(problemOf(Object.assign(new Error('from the hook'), { code }))).toBe(problem);
  });

  it('reads anything else as a failure', () => {
    expect(problemOf(undefined)).toBe('failed');
  });
});
