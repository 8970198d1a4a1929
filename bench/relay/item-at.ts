/** What has to be there. @throws RangeError if it is not. */
export function itemAt<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is nothing at ${index}`);
  return item;
}
