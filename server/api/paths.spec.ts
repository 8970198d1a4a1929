import { describe, expect, it } from 'vitest';
import { isApiData, isApiPath } from './paths.ts';

describe('paths', () => {
  it.each(['/api', 'api/users', '/api/users?limit=1', '/API/users', '/api?x'])('of the API: %s', (path) => {
    expect(isApiPath(path)).toBe(true);
    expect(isApiData(path)).toBe(true);
  });

  it.each(['/', '/apiary', '/api.json', '/health/live', '/x/api'])('beside it: %s', (path) => {
    expect(isApiPath(path)).toBe(false);
    expect(isApiData(path)).toBe(false);
  });

  it.each(['/api/docs', '/api/docs/', '/api/docs/swagger-ui.css', '/api/openapi.json', '/Api/docs?x'])(
    'of the API that hold nothing of anybody’s: %s',
    (path) => {
      expect(isApiPath(path)).toBe(true);
      expect(isApiData(path)).toBe(false);
    },
  );

  it('of routes that only begin like the document’s are anybody’s', () => {
    expect(isApiData('/api/docsets')).toBe(true);
  });
});
