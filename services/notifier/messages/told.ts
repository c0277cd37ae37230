import { type EpochMs, SECOND } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';

export type Told = ClaimedNotice & { readonly wait: NamedWait; readonly firstSentAt: EpochMs };

/** Beyond this the transport was slow. */
const IN_TIME_MS = SECOND;

/**
 * Each wait once, by its latest step, soonest deadline first: the order must not change under the reader's finger.
 * In a digest waits that were over come last. Voided ones are left out while there are others.
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

/** Several waits, or what quiet hours held back. */
export const isList = (told: readonly Told[]): boolean => told.length > 1 || told[0]?.held === true;

const wasOver = ({ held, wait, firstSentAt }: Told): boolean =>
  held === true && wait.closed_at !== null && wait.closed_at <= firstSentAt;

/** Sets why it is late. Quiet hours are nobody's fault. */
export function withBlame(notice: ClaimedNotice, sentAt: EpochMs): ClaimedNotice {
  if (notice.held) return { ...notice, late_reason: null };
  const late = notice.type === 'wait.step' && sentAt - notice.due_at > IN_TIME_MS;
  return late && notice.late_reason === null ? { ...notice, late_reason: 'transport' } : notice;
}
