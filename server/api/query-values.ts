import * as v from 'valibot';

/** A whole number in a query, where everything is text. */
export function wholeNumber(minimum: number, maximum: number) {
  return v.pipe(
    v.string(),
    v.check((text) => {
      const number = Number(text);
      return /^-?\d{1,15}$/.test(text) && number >= minimum && number <= maximum;
    }, `a whole number from ${minimum} to ${maximum}`),
    v.metadata({ type: 'integer', minimum, maximum }),
    v.transform(Number),
  );
}

/** `true` or `false` in a query. */
export const flag = v.pipe(
  v.string(),
  v.check((text) => text === 'true' || text === 'false', 'true or false'),
  v.metadata({ type: 'boolean' }),
  v.transform((text) => text === 'true'),
);
