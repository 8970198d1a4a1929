/* Vitest's browser mode leads `import()` through a helper that it gives to pages and not to workers. This is that of a worker. */

Object.assign(globalThis, { __vitest_browser_runner__: { wrapDynamicImport: (load: () => unknown) => load() } });

export {};
