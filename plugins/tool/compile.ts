import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languageOf, type PluginLanguage } from '../sdk/sources.ts';
import { missing, runProgram, type Wanted } from './run-program.ts';
import { cargoFor, RUST_TARGET, rustWithTarget } from './rust-toolchain.ts';
import { findProgram } from './find-program.ts';
import { ToolError } from './tool-io.ts';

const SDK = fileURLToPath(new URL('../sdk/', import.meta.url));
const ASC = fileURLToPath(new URL('../bin/asc.js', import.meta.resolve('assemblyscript/asc')));

/** npm brings it: that it has to be installed is never said. */
const ASSEMBLYSCRIPT: Wanted = {
  name: 'asc',
  what: 'Node',
  install: { linux: 'npm ci', darwin: 'npm ci', win32: 'npm ci' },
};
const CLANG: Wanted = {
  what: 'Clang, with its WebAssembly target,',
  install: {
    linux: 'sudo apt install clang lld',
    darwin: 'brew install llvm lld, and put $(brew --prefix llvm)/bin first in PATH: the clang of Xcode cannot do it',
    win32: 'winget install LLVM.LLVM, and put its bin folder in PATH',
  },
};
const RUST: Wanted = {
  what: `Rust, with its target ${RUST_TARGET},`,
  install: {
    linux: `sudo apt install rustc libstd-rust-dev-wasm32, or with rustup: rustup target add ${RUST_TARGET}`,
    darwin: `brew install rustup, then rustup default stable and rustup target add ${RUST_TARGET}`,
    win32: `winget install Rustlang.Rustup, then rustup target add ${RUST_TARGET}`,
  },
};
const CARGO: Wanted = {
  what: 'Cargo',
  install: { linux: 'sudo apt install cargo', darwin: 'brew install rustup', win32: 'winget install Rustlang.Rustup' },
};

const CLANG_FLAGS = [
  ...['--target=wasm32-unknown-unknown', '-O2', '-std=c17', '-ffreestanding', '-fno-builtin', '-fno-math-errno'],
  ...['-ffp-contract=off', '-fvisibility=hidden', '-nostdlib', '-Wall', '-Wextra', '-Werror', '-I', join(SDK, 'c')],
];
const LINK_FLAGS = ['--no-entry', '--strip-all', '--gc-sections', '-z', 'stack-size=65536'];
/** Messages of panics name files: not where they were on the machine that compiled them. */
const SAME_EVERYWHERE = `--remap-path-prefix=${SDK}=`;
const RUSTC_FLAGS = [
  ...['--edition', '2021', '--target', RUST_TARGET],
  ...['-C', 'opt-level=z', '-C', 'panic=abort', '-C', 'codegen-units=1'],
  SAME_EVERYWHERE,
];

type Compile = (folder: string, work: string) => Promise<string>;

const COMPILERS: Readonly<Record<PluginLanguage, Compile>> = {
  assemblyscript: compileAssemblyScript,
  c: compileC,
  rust: (folder, work) =>
    existsSync(join(folder, 'Cargo.toml')) ? compileCargo(folder, work) : compileRust(folder, work),
};

/**
 * Compiles the plugin in this folder. What is made on the way is made elsewhere.
 * @throws ToolError if there is nothing to compile, no compiler, or if it refuses: with what it says
 */
export async function buildPlugin(folder: string, outFile: string): Promise<void> {
  const language = languageOf(folder);
  if (language === undefined) {
    throw new ToolError(
      `There is nothing to compile in ${folder}: no assembly/index.ts (AssemblyScript), no plugin.c, no src/lib.rs (Rust).`,
    );
  }
  const work = await mkdtemp(join(tmpdir(), 'switchboard-plugin-'));
  try {
    await copyFile(await COMPILERS[language](folder, work), outFile);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export async function hasCompiler(language: PluginLanguage): Promise<boolean> {
  switch (language) {
    case 'assemblyscript':
      return true;
    case 'c':
      return ['clang', 'wasm-ld'].every((program) => findProgram(program) !== undefined);
    case 'rust':
      return (await rustWithTarget()) !== undefined;
  }
}

async function compileAssemblyScript(folder: string, work: string): Promise<string> {
  const out = join(work, 'plugin.wasm');
  const flags = [
    '--runtime',
    'minimal',
    '-O3',
    // From 1 on, AssemblyScript joins texts by adding one to the next: what is made on the way grows with the square of their number.
    '--shrinkLevel',
    '0',
    '--use',
    'abort=~lib/switchboard/host/abortPlugin',
  ];
  const args = ['assembly/index.ts', '--lib', join(SDK, 'assemblyscript'), '-o', out, ...flags];
  await runProgram(process.execPath, [ASC, ...args], folder, ASSEMBLYSCRIPT);
  return out;
}

/** In two steps: in one, clang would have a wasm-opt of the system's work on the result, and older ones refuse what it makes. */
async function compileC(folder: string, work: string): Promise<string> {
  const objects: string[] = [];
  for (const [at, source] of [...(await sourcesIn(folder)), ...(await sourcesIn(join(SDK, 'c')))].entries()) {
    const object = join(work, `${at}-${basename(source, '.c')}.o`);
    await runProgram('clang', [...CLANG_FLAGS, '-c', source, '-o', object], folder, CLANG);
    objects.push(object);
  }
  const out = join(work, 'plugin.wasm');
  await runProgram('wasm-ld', [...LINK_FLAGS, ...objects, '-o', out], folder, CLANG);
  return out;
}

async function sourcesIn(folder: string): Promise<readonly string[]> {
  return (await filesIn(folder, '.c')).map((name) => join(folder, name));
}

async function filesIn(folder: string, ending: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
}

async function compileRust(folder: string, work: string): Promise<string> {
  const rustc = await rustcOrMissing();
  const sdk = join(work, 'libswitchboard.rlib');
  const library = ['--crate-type', 'rlib', '--crate-name', 'switchboard', join(SDK, 'rust/src/lib.rs'), '-o', sdk];
  await runProgram(rustc, [...RUSTC_FLAGS, ...library], folder, RUST);
  const out = join(work, 'plugin.wasm');
  const plugin = ['-C', 'lto=fat', '-C', 'strip=symbols', '--crate-type', 'cdylib', '--crate-name', 'plugin'];
  await runProgram(
    rustc,
    [...RUSTC_FLAGS, ...plugin, '--extern', `switchboard=${sdk}`, 'src/lib.rs', '-o', out],
    folder,
    RUST,
  );
  return out;
}

/** With crates of others, which are on this machine already: nothing is fetched. */
async function compileCargo(folder: string, work: string): Promise<string> {
  const rustc = await rustcOrMissing();
  const config = [
    `build.rustc=${JSON.stringify(rustc)}`,
    `target.${RUST_TARGET}.rustflags=${JSON.stringify([SAME_EVERYWHERE])}`,
    `patch.crates-io.switchboard.path=${JSON.stringify(join(SDK, 'rust'))}`,
    ...['opt-level="z"', 'panic="abort"', 'codegen-units=1', 'lto="fat"', 'strip="symbols"'].map(
      (setting) => `profile.release.${setting}`,
    ),
  ].flatMap((setting) => ['--config', setting]);
  const args = ['build', '--release', '--offline', '--target', RUST_TARGET, '--target-dir', work, ...config];
  await runProgram(cargoFor(rustc), args, folder, CARGO);
  const [made, ...others] = await filesIn(join(work, RUST_TARGET, 'release'), '.wasm');
  if (made === undefined || others.length > 0) {
    throw new ToolError('Cargo made no plugin. Cargo.toml needs [lib] with crate-type = ["cdylib"], once.');
  }
  return join(work, RUST_TARGET, 'release', made);
}

async function rustcOrMissing(): Promise<string> {
  const rustc = await rustWithTarget();
  if (rustc === undefined) throw missing(`rustc for ${RUST_TARGET}`, RUST);
  return rustc;
}
