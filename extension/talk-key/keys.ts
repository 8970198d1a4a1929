/**
 * The keys that one can talk with, by the names of the setting, and their codes in `uiohook-napi` (libuiohook's virtual codes, the
 * same on every system). A key by its place on a US keyboard.
 */

const LETTERS = {
  A: 0x1e,
  B: 0x30,
  C: 0x2e,
  D: 0x20,
  E: 0x12,
  F: 0x21,
  G: 0x22,
  H: 0x23,
  I: 0x17,
  J: 0x24,
  K: 0x25,
  L: 0x26,
  M: 0x32,
  N: 0x31,
  O: 0x18,
  P: 0x19,
  Q: 0x10,
  R: 0x13,
  S: 0x1f,
  T: 0x14,
  U: 0x16,
  V: 0x2f,
  W: 0x11,
  X: 0x2d,
  Y: 0x15,
  Z: 0x2c,
} as const;

const DIGITS = { 0: 0x0b, 1: 0x02, 2: 0x03, 3: 0x04, 4: 0x05, 5: 0x06, 6: 0x07, 7: 0x08, 8: 0x09, 9: 0x0a } as const;

const FUNCTION_KEYS = {
  F1: 0x3b,
  F2: 0x3c,
  F3: 0x3d,
  F4: 0x3e,
  F5: 0x3f,
  F6: 0x40,
  F7: 0x41,
  F8: 0x42,
  F9: 0x43,
  F10: 0x44,
  F11: 0x57,
  F12: 0x58,
  F13: 0x5b,
  F14: 0x5c,
  F15: 0x5d,
  F16: 0x63,
  F17: 0x64,
  F18: 0x65,
  F19: 0x66,
  F20: 0x67,
  F21: 0x68,
  F22: 0x69,
  F23: 0x6a,
  F24: 0x6b,
} as const;

const NUMPAD = {
  Numpad0: 0x52,
  Numpad1: 0x4f,
  Numpad2: 0x50,
  Numpad3: 0x51,
  Numpad4: 0x4b,
  Numpad5: 0x4c,
  Numpad6: 0x4d,
  Numpad7: 0x47,
  Numpad8: 0x48,
  Numpad9: 0x49,
  NumpadMultiply: 0x37,
  NumpadAdd: 0x4e,
  NumpadSubtract: 0x4a,
  NumpadDecimal: 0x53,
  NumpadDivide: 0xe35,
  NumpadEnter: 0xe1c,
} as const;

const NAMED = {
  Space: 0x39,
  Tab: 0x0f,
  Enter: 0x1c,
  Escape: 0x01,
  Backspace: 0x0e,
  Backquote: 0x29,
  Minus: 0x0c,
  Equal: 0x0d,
  BracketLeft: 0x1a,
  BracketRight: 0x1b,
  Backslash: 0x2b,
  Semicolon: 0x27,
  Quote: 0x28,
  Comma: 0x33,
  Period: 0x34,
  Slash: 0x35,
  Insert: 0xe52,
  Delete: 0xe53,
  Home: 0xe47,
  End: 0xe4f,
  PageUp: 0xe49,
  PageDown: 0xe51,
  CapsLock: 0x3a,
  NumLock: 0x45,
  ScrollLock: 0x46,
  PrintScreen: 0xe37,
  Pause: 0xe45,
} as const;

/** One of the two; a bare `Ctrl` in a chord is either. */
const SIDED = {
  CtrlLeft: 0x1d,
  CtrlRight: 0xe1d,
  AltLeft: 0x38,
  AltRight: 0xe38,
  ShiftLeft: 0x2a,
  ShiftRight: 0x36,
  MetaLeft: 0xe5b,
  MetaRight: 0xe5c,
} as const;

const EITHER: Readonly<Record<string, readonly number[]>> = {
  Ctrl: [SIDED.CtrlLeft, SIDED.CtrlRight],
  Alt: [SIDED.AltLeft, SIDED.AltRight],
  Shift: [SIDED.ShiftLeft, SIDED.ShiftRight],
  Meta: [SIDED.MetaLeft, SIDED.MetaRight],
};

const ALIASES: Readonly<Record<string, string>> = {
  Cmd: 'Meta',
  Win: 'Meta',
  Super: 'Meta',
  Option: 'Alt',
  Control: 'Ctrl',
};

const ONE_OF: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>(
  [
    ...Object.entries({ ...LETTERS, ...DIGITS, ...FUNCTION_KEYS, ...NUMPAD, ...NAMED, ...SIDED }).map(
      ([name, code]): [string, readonly number[]] => [name, [code]],
    ),
    ...Object.entries(EITHER),
    ...Object.entries(ALIASES).map(([alias, name]): [string, readonly number[]] => [alias, EITHER[name] ?? []]),
  ].map(([name, codes]) => [name.toLowerCase(), codes]),
);

/** Keys that are held together; each may be pressed as one of several codes (`Ctrl` is the left or the right one). */
export type Chord = readonly (readonly number[])[];

const MAX_KEYS = 4;

/**
 * Reads a setting as `F13`, `CtrlRight` or `Ctrl+Shift+Space`; upper and lower case are the same.
 * @returns undefined where a name is unknown, the same key stands twice, or there are too many
 */
export function parseChord(text: string): Chord | undefined {
  const names = text.split('+').map((name) => name.trim().toLowerCase());
  if (names.length > MAX_KEYS) return undefined;
  const chord: (readonly number[])[] = [];
  const taken = new Set<number>();
  for (const name of names) {
    const codes = ONE_OF.get(name);
    if (codes?.some((code) => taken.has(code)) !== false) return undefined;
    for (const code of codes) taken.add(code);
    chord.push(codes);
  }
  return chord;
}
