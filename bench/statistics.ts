/** What many measurements come to. Plain definitions, so that anyone can check a figure against its runs. */

/**
 * The smallest value that at least this share of all values does not exceed (nearest rank): always one that was measured.
 *
 * @param share above 0, up to 1.
 * @throws RangeError without values, or on another share.
 */
export function percentile(values: readonly number[], share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share lies above 0 and up to 1, not at ${share}`);
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(share * sorted.length) - 1];
  if (value === undefined) throw new RangeError('Nothing was measured');
  return value;
}

/** The middle one, or the mean of the two in the middle. @throws RangeError without values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('Nothing was measured');
  return (low + high) / 2;
}
