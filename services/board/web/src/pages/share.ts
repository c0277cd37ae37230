/** A percentage of fewer says nothing. */
const FEWEST = 5;

/** «93%», of few «3 из 4», of none a dash. */
export function shareText(part: number, whole: number, of: (part: number, whole: number) => string): string {
  if (whole === 0) return '—';
  return whole < FEWEST ? of(part, whole) : `${Math.round((100 * part) / whole)}%`;
}
