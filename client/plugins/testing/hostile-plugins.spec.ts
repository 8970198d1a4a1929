import { expect, it } from 'vitest';
import { checkModule } from '../sandbox/module-check.ts';
import * as hostile from './hostile-plugins.ts';

const { forbiddenImport, httpFetch: _, watWith: __, ...accepted } = hostile;

it.each(Object.entries(accepted))('%s is a plugin that is only bad when it runs', async (_name, make) => {
  const { manifest, wasm } = await make();
  expect(checkModule(wasm, manifest)).toMatchObject({ ok: true });
});

it('one imports what it may not', async () => {
  const { manifest, wasm } = await forbiddenImport();
  expect(checkModule(wasm, manifest)).toMatchObject({
    ok: false,
    fault: {
      kind: 'refused',
      reason:
        'The module imports extism:host/user.http_fetch, for which plugin.json must ask for the permission “http”.',
    },
  });
});
