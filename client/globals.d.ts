/*
 * What every machine has that the client runs on, and no TypeScript library but the DOM's or Node's own. Just what the neutral code uses: the
 * WHATWG's URL, DOM's abort, Encoding, Streams and Compression, the W3C's Web Cryptography and WebAssembly.
 */

interface URL {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
}

declare const URL: {
  new (url: string | URL, base?: string | URL): URL;
  canParse(url: string | URL, base?: string | URL): boolean;
};

interface AbortSignal {
  readonly aborted: boolean;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

declare const AbortController: new () => AbortController;

interface TextDecoder {
  decode(bytes?: Uint8Array): string;
}

declare const TextDecoder: new (
  label?: string,
  options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
) => TextDecoder;

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
  /** As much of the text as fits: `read` in units of UTF-16, `written` in bytes. */
  encodeInto(text: string, bytes: Uint8Array): { readonly read: number; readonly written: number };
}

declare const TextEncoder: new () => TextEncoder;

/** Base64 of a string whose characters are bytes. */
declare function btoa(bytes: string): string;
declare function atob(base64: string): string;

interface ReadableStream {
  pipeThrough(other: DecompressionStream): ReadableStream;
  getReader(): {
    read(): Promise<{ readonly done: false; readonly value: Uint8Array } | { readonly done: true }>;
    cancel(): Promise<void>;
  };
}

interface Blob {
  stream(): ReadableStream;
}

declare const Blob: new (parts: readonly Uint8Array<ArrayBuffer>[]) => Blob;

interface DecompressionStream {
  readonly readable: ReadableStream;
}

declare const DecompressionStream: new (format: 'deflate-raw') => DecompressionStream;

declare namespace WebAssembly {
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>;
  interface Module {
    readonly [Symbol.toStringTag]: string;
  }
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
  interface Instance {
    readonly exports: Readonly<Record<string, unknown>>;
  }
  const Instance: new (
    module: Module,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => Instance;
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  interface Global {
    value: number;
  }
}

interface CryptoKey {
  readonly type: string;
}

declare const crypto: {
  /** Undefined in a page that is not secure. */
  readonly subtle:
    | {
        digest(algorithm: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
        importKey(
          format: 'raw',
          key: Uint8Array<ArrayBuffer>,
          algorithm: string,
          extractable: boolean,
          usages: readonly 'verify'[],
        ): Promise<CryptoKey>;
        verify(
          algorithm: string,
          key: CryptoKey,
          signature: Uint8Array<ArrayBuffer>,
          data: Uint8Array<ArrayBuffer>,
        ): Promise<boolean>;
      }
    | undefined;
};
