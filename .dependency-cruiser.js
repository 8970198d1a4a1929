// Tests, what they share, and the page on which one looks at the parts while making them: none of it is shipped.
const TEST = '\\.spec\\.ts$|^(?!node_modules/).+/testing/|^webcomponents/gallery/';
const PRODUCTION = '^(protocol|client|server|webcomponents|extension|plugins)/';
const PACKAGING = '^extension/packaging/';
const NODE_SIDE = '^client/platform/node/';
const BROWSER_SIDE = '^client/platform/browser/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'protocol-stands-alone',
      comment: 'protocol <- client <- webcomponents, protocol <- server: nothing points back.',
      severity: 'error',
      from: { path: '^protocol/' },
      to: { path: '^(client|server|webcomponents|extension|plugins|e2e|bench|scripts)/' },
    },
    {
      name: 'client-knows-the-protocol-alone',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(server|webcomponents|extension|plugins|e2e|bench|scripts)/' },
    },
    {
      name: 'webcomponents-know-no-server',
      severity: 'error',
      from: { path: '^webcomponents/' },
      to: { path: '^(server|extension|plugins|e2e|bench|scripts)/' },
    },
    {
      name: 'extension-knows-no-server',
      severity: 'error',
      from: { path: '^extension/', pathNot: TEST },
      to: { path: '^(server|plugins|e2e|bench|scripts)/' },
    },
    {
      name: 'engine-knows-no-editor',
      comment: 'The voice engine runs in a process of its own, where there is no editor.',
      severity: 'error',
      from: { path: '^extension/(engine|talk-key)/.*-process\\.ts$|^extension/engine/devices/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'server-knows-the-protocol-alone',
      comment: 'A bot is a client that lives in the server; the page is served as files, not imported.',
      severity: 'error',
      from: { path: '^server/', pathNot: `^server/(bots|plugins)/|${TEST}` },
      to: { path: '^(client|webcomponents|extension|plugins|e2e|bench|scripts)/' },
    },
    {
      name: 'server-hosts-plugins-as-clients-do',
      comment:
        'Of the client, which has the host of plugins, nothing but `@switchboard/client/plugins` and its Node side.',
      severity: 'error',
      from: { path: '^server/plugins/', pathNot: TEST },
      to: {
        path: '^(client|webcomponents|extension|plugins|e2e|bench|scripts)/',
        pathNot: '^client/plugins/index\\.ts$|^client/platform/node/node-sandboxes\\.ts$',
      },
    },
    {
      name: 'plugins-know-the-client-alone',
      comment: 'A plugin itself sees nothing but the SDK; the tool runs it where everybody runs it.',
      severity: 'error',
      from: { path: '^plugins/', pathNot: TEST },
      to: { path: '^(server|webcomponents|extension|e2e|bench|scripts)/' },
    },
    {
      name: 'packages-by-name',
      comment: "Another package is imported by its name, so that its `exports` decide what's public.",
      severity: 'error',
      // Tests of plugins look into the sandbox, and what runs plugins is tested with the same ones.
      from: {
        path: PRODUCTION,
        pathNot: '^(plugins|server|extension)/.+/testing/|^(plugins|server|extension)/.+\\.spec\\.ts$',
      },
      to: { path: PRODUCTION, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'client-is-neutral',
      comment: 'Sessions, lanes and audio run anywhere. What differs is handed to them.',
      severity: 'error',
      from: { path: '^client/', pathNot: `^client/platform/|${TEST}` },
      to: { path: '^client/platform/', pathNot: '^client/platform/platform\\.ts$' },
    },
    {
      name: 'platform-is-a-shape',
      severity: 'error',
      from: { path: '^client/', pathNot: `^client/platform/|${TEST}` },
      to: { path: '^client/platform/platform\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'platforms-apart',
      severity: 'error',
      from: { path: BROWSER_SIDE },
      to: { path: NODE_SIDE },
    },
    {
      name: 'platforms-apart-too',
      severity: 'error',
      from: { path: NODE_SIDE },
      to: { path: BROWSER_SIDE },
    },
    {
      name: 'node-stays-on-its-side',
      severity: 'error',
      from: { path: '^(protocol|client|webcomponents)/', pathNot: `${NODE_SIDE}|${TEST}|/vite\\.config\\.ts$` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-test-in-production',
      severity: 'error',
      from: { pathNot: `${TEST}|^(e2e|bench)/` },
      to: { path: TEST },
    },
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { path: PRODUCTION, pathNot: `${TEST}|${PACKAGING}|/vite\\.config\\.ts$` },
      // The editor is at hand in its extension host; of npm there are only its types.
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '/@types/vscode/' },
    },
    {
      name: 'no-undeclared-dependency',
      comment: 'A package lists what it imports; that the root brings it is not enough.',
      severity: 'error',
      from: { path: PRODUCTION, pathNot: `${TEST}|/vite\\.config\\.ts$` },
      // The editor itself is at hand in its extension host.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '^vscode$' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      comment: 'Reached from nowhere and reaching nothing.',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$|\\.config\\.[jt]s$' },
      to: {},
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // AssemblyScript has the ending of TypeScript, and is none.
    exclude: { path: '^[^/]+/dist/|/assembly/|^plugins/sdk/assemblyscript/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'node', 'default'] },
    skipAnalysisNotInRules: true,
  },
};
