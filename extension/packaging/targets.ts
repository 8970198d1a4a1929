/** A package of decibri as the registry has it, by name, version and hash. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity, as in package-lock.json. */
  readonly integrity: string;
}

/** The second sound backend on one platform: its scripts and its binary, of one version. */
export interface DecibriParts {
  readonly scripts: PinnedPackage;
  readonly binary: PinnedPackage;
}

/** What machine code is for, as the file itself says. */
export interface BinaryKind {
  readonly format: 'elf' | 'mach-o' | 'pe';
  readonly machine: 'x64' | 'arm64';
}

export interface NativeTarget {
  /** Where node-web-audio-api has its binary for it. */
  readonly webAudio: string;
  /** Not published for every platform: the first backend is alone there. */
  readonly decibri: DecibriParts | undefined;
  /** Whether uiohook-napi has a binary for it: what it calls its one for linux-arm64 is the one for linux-x64 (1.5.5). */
  readonly keyboardHook: boolean;
  readonly kind: BinaryKind;
}

const DECIBRI_5_0: PinnedPackage = {
  name: 'decibri',
  version: '5.0.0',
  integrity: 'sha512-P4dpe3BVYHC02WZb+4v5gZhIG40NacEkJwm3HJKRLq1AcpLF7bbtilsV6mRreRkP5VjObAQY3A3MLn3a6thxDA==',
};

const DECIBRI_5_7: PinnedPackage = {
  name: 'decibri',
  version: '5.7.0',
  integrity: 'sha512-M2LoVPG6uEufk5x1oaFDP1ml/r04nTmgzZ1TKJrb2tCva8tkDLtWoujT9Nt5g2rXk3/52Ekymmp2aFs3lyco4Q==',
};

/** The platforms of the desktop editor, by the Marketplace's names, which are also those of `uiohook-napi`'s folders. */
export const NATIVE_TARGETS = {
  'win32-x64': {
    webAudio: 'win32-x64-msvc',
    decibri: {
      scripts: DECIBRI_5_0,
      binary: {
        name: '@decibri/decibri-win32-x64-msvc',
        version: '5.0.0',
        integrity: 'sha512-Mq6PBuY51PzsoQZ2IWavrXa+crCUZGbvkO2iC6jEvspgqsvsT7BI1eVIWMfuWB6bgT7Q0run6ImSv172Zw8K3w==',
      },
    },
    keyboardHook: true,
    kind: { format: 'pe', machine: 'x64' },
  },
  'win32-arm64': {
    webAudio: 'win32-arm64-msvc',
    decibri: undefined,
    keyboardHook: true,
    kind: { format: 'pe', machine: 'arm64' },
  },
  'darwin-x64': {
    webAudio: 'darwin-x64',
    decibri: undefined,
    keyboardHook: true,
    kind: { format: 'mach-o', machine: 'x64' },
  },
  'darwin-arm64': {
    webAudio: 'darwin-arm64',
    decibri: {
      scripts: DECIBRI_5_0,
      binary: {
        name: '@decibri/decibri-darwin-arm64',
        version: '5.0.0',
        integrity: 'sha512-khNkyz89KwdxF+cdaHnqjIrHvZJFbwWwKIEBbGbBxsksxICVloTzVr6r0pT+lRrOKZ0Y+z4mFhbfEli+/gN7Ag==',
      },
    },
    keyboardHook: true,
    kind: { format: 'mach-o', machine: 'arm64' },
  },
  'linux-x64': {
    webAudio: 'linux-x64-gnu',
    decibri: {
      scripts: DECIBRI_5_7,
      binary: {
        name: '@decibri/decibri-linux-x64-gnu',
        version: '5.7.0',
        integrity: 'sha512-H0TpHaM2k8cG4Gy+JTw8Mb5HOWpw8YYhPEOxelcsXBdNeReGUudHZArAelwhoEJP/WOaqKkLiZoQT5Kn2r4VlA==',
      },
    },
    keyboardHook: true,
    kind: { format: 'elf', machine: 'x64' },
  },
  'linux-arm64': {
    webAudio: 'linux-arm64-gnu',
    decibri: {
      scripts: DECIBRI_5_0,
      binary: {
        name: '@decibri/decibri-linux-arm64-gnu',
        version: '5.0.0',
        integrity: 'sha512-enk+x0jW1e94fZntpTNOR5QTzXZXff/7bpEwUxIBXSuIExzmyh7pvsXuC5uT9mBZb+l0LYf+fo9LXMgVMeAuMg==',
      },
    },
    keyboardHook: false,
    kind: { format: 'elf', machine: 'arm64' },
  },
} as const satisfies Readonly<Record<string, NativeTarget>>;

export type NativeTargetName = keyof typeof NATIVE_TARGETS;
export type TargetName = NativeTargetName | 'web';

export const TARGETS: readonly TargetName[] = [...(Object.keys(NATIVE_TARGETS) as NativeTargetName[]), 'web'];
