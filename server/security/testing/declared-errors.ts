interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly examples?: object }> }>;
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** Of each server that a test has started. */
const documents = new Map<string, Promise<Paths>>();

/**
 * Holds what a route answers to what the document says of it, whatever test it is that asks.
 * @param path with `/api`
 * @throws Error where the route that is meant does not declare the code
 */
export async function demandDeclared(url: string, method: string, path: string, code: string): Promise<void> {
  const [pathname = ''] = path.split('?');
  const paths = await documentOf(url);
  // One that is spelt out goes before one with a parameter in its place.
  const meant = Object.keys(paths)
    .filter((template) => patternOf(template).test(pathname))
    .sort((one, other) => one.split('{').length - other.split('{').length)[0];
  const operation = meant === undefined ? undefined : paths[meant]?.[method.toLowerCase()];
  if (operation === undefined || codesOf(operation).includes(code)) return;
  throw new Error(`${method} ${meant} answered ${code}, which it does not declare`);
}

function documentOf(url: string): Promise<Paths> {
  const known = documents.get(url);
  if (known !== undefined) return known;
  const asked = fetch(`${url}/api/openapi.json`).then(
    async (answer) => ((await answer.json()) as { paths: Paths }).paths,
  );
  documents.set(url, asked);
  return asked;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function codesOf({ responses }: Operation): string[] {
  return Object.values(responses).flatMap(({ content }) =>
    Object.values(content ?? {}).flatMap(({ examples }) => Object.keys(examples ?? {})),
  );
}
