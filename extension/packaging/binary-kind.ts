import { open } from 'node:fs/promises';

import type { BinaryKind } from './targets.ts';

const ELF_MACHINES: Readonly<Record<number, BinaryKind['machine']>> = { 0x3e: 'x64', 0xb7: 'arm64' };
const MACH_O_MACHINES: Readonly<Record<number, BinaryKind['machine']>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const PE_MACHINES: Readonly<Record<number, BinaryKind['machine']>> = { 0x8664: 'x64', 0xaa64: 'arm64' };

/** A header of every format ends before this. */
const HEADER_BYTES = 4096;

/** For which system and processor a file is machine code; undefined for none that this knows, and for no machine code at all. */
export async function binaryKindOf(file: string): Promise<BinaryKind | undefined> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEADER_BYTES) });
    return binaryKind(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** @param bytes a file's first 4,096, or all of a shorter one */
export function binaryKind(bytes: Buffer): BinaryKind | undefined {
  if (bytes.length < 64) return undefined;
  // ELF, 64 bits, little endian: e_machine.
  if (bytes.readUInt32BE(0) === 0x7f454c46 && bytes.readUInt16LE(4) === 0x0102) {
    return kindOf('elf', ELF_MACHINES[bytes.readUInt16LE(18)]);
  }
  // Mach-O, 64 bits, little endian: cputype.
  if (bytes.readUInt32LE(0) === 0xfeedfacf) return kindOf('mach-o', MACH_O_MACHINES[bytes.readUInt32LE(4)]);
  // DOS stub, then where the PE header is: Machine.
  if (bytes.readUInt16BE(0) === 0x4d5a) {
    const header = bytes.readUInt32LE(60);
    if (header + 6 > bytes.length || bytes.readUInt32BE(header) !== 0x50450000) return undefined;
    return kindOf('pe', PE_MACHINES[bytes.readUInt16LE(header + 4)]);
  }
  return undefined;
}

function kindOf(format: BinaryKind['format'], machine: BinaryKind['machine'] | undefined): BinaryKind | undefined {
  return machine === undefined ? undefined : { format, machine };
}
