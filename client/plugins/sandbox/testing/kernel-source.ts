import { wasmOf } from '../../testing/wat.ts';

/** The text of `kernel-wasm.ts` for this `kernel.wat`. */
export async function kernelModuleOf(wat: string): Promise<string> {
  const base64 = btoa(Array.from(await wasmOf(wat), (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,100}/g) ?? [];
  return [
    '/** kernel.wat, compiled. Its test says how to make it anew. */',
    'export const KERNEL_WASM =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}
