/** Reads the JSDoc of the elements into `dist/custom-elements.json`: what editors and documentation know of them. */
export default {
  globs: ['voice-*/voice-*.ts', 'events/*.ts', 'room-host.ts', 'voice-element.ts'],
  exclude: ['**/*.styles.ts', '**/*.spec.ts'],
  outdir: 'dist',
  litelement: true,
  dependencies: false,
  plugins: [
    {
      name: 'documented-events',
      // The analyser also lists every dispatchEvent() that it finds, without a word about it.
      packageLinkPhase({ customElementsManifest }) {
        for (const { declarations = [] } of customElementsManifest.modules) {
          for (const declaration of declarations) {
            declaration.events = declaration.events?.filter((event) => event.description !== undefined);
          }
        }
      },
    },
  ],
};
