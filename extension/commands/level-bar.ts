const SILENT_DBFS = -60;
const BARS = 20;

/** A level as a row of bars. */
export function levelBar(dbfs: number): string {
  const share = Math.min(1, Math.max(0, 1 - dbfs / SILENT_DBFS));
  const full = Math.round(share * BARS);
  return '▮'.repeat(full) + '▯'.repeat(BARS - full);
}
