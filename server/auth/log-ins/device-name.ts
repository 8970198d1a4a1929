/** What people recognise their devices by, from most to least particular: others imitate those below. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\b(?:OPR|Opera)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(?:iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];
const MAX_PRODUCT_LENGTH = 64;

/** "Firefox on Linux" for a browser; for other programs, the first thing they say of themselves. */
export function deviceName(userAgent: string | undefined): string {
  const text = userAgent ?? '';
  const nameIn = (list: typeof PROGRAMS): string | undefined => list.find(([pattern]) => pattern.test(text))?.[1];
  const program = nameIn(PROGRAMS);
  const system = nameIn(SYSTEMS);
  if (program !== undefined) return system === undefined ? program : `${program} on ${system}`;
  const product = /^[\w .+/-]+/.exec(text)?.[0].trim().slice(0, MAX_PRODUCT_LENGTH) ?? '';
  return product === '' ? 'Unknown device' : product;
}
