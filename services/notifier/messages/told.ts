import { type EpochMs, SECOND } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';

/** A notice about a wait, with the moment when its recipient first read it. */
export type Told = ClaimedNotice & { readonly wait: NamedWait; readonly firstSentAt: EpochMs };

/** Later than this, and not by the clock's fault, it is the transport that was slow. */
const IN_TIME_MS = SECOND;

/**
 * What one message tells of: each wait once, by its latest step, soonest deadline first, so that the order does not
 * change under the reader's finger; in a digest what was over before it was sent comes last. A turn that never was
 * (voided by later knowledge) is left out while there is anything else.
 */
export function toldOf(notices: readonly ClaimedNotice[], now: EpochMs): Told[] {
  const byWait = new Map<string, Told>();
  for (const notice of notices) {
    if (notice.wait === null) continue;
    const firstSentAt = notice.sent_at ?? now;
    byWait.set(notice.wait.id, { ...withBlame(notice, firstSentAt), wait: notice.wait, firstSentAt });
  }
  const all = [...byWait.values()].sort(
    (a, b) =>
      Number(wasOver(a)) - Number(wasOver(b)) ||
      a.wait.breach_at - b.wait.breach_at ||
      (a.wait.id < b.wait.id ? -1 : 1),
  );
  const real = all.filter(({ wait }) => wait.voided_at === null);
  return real.length > 0 ? real : all;
}

/** Whether these make a list: several waits, or what quiet hours held back. */
export const isList = (told: readonly Told[]): boolean => told.length > 1 || told[0]?.held === true;

const wasOver = ({ held, wait, firstSentAt }: Told): boolean =>
  held === true && wait.closed_at !== null && wait.closed_at <= firstSentAt;

/** The notice with whose fault it is that it comes late: quiet hours are nobody's. */
export function withBlame(notice: ClaimedNotice, sentAt: EpochMs): ClaimedNotice {
  if (notice.held) return { ...notice, late_reason: null };
  const late = notice.type === 'wait.step' && sentAt - notice.due_at > IN_TIME_MS;
  return late && notice.late_reason === null ? { ...notice, late_reason: 'transport' } : notice;
}
