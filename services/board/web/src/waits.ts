import type { Stage, Wait } from './wire.ts';

const STAGES: readonly Stage[] = ['waiting', 'warned', 'breached'];

/** The stage to show: the server's, or what the clock already says while the server's word is on its way. */
export function stageAt(wait: Wait, now: number): Stage {
  const byClock = now >= Date.parse(wait.breach_at) ? 2 : now >= Date.parse(wait.warn_at) ? 1 : 0;
  return STAGES[Math.max(byClock, STAGES.indexOf(wait.stage))] ?? wait.stage;
}

/** The most late first, then the nearest deadline: one order for both, since both are the end of the window. */
export function byUrgency(a: Wait, b: Wait): number {
  return (
    Date.parse(a.breach_at) - Date.parse(b.breach_at) ||
    Date.parse(a.opened_at) - Date.parse(b.opened_at) ||
    (a.id < b.id ? -1 : 1)
  );
}

export type StageCounts = Readonly<Record<Stage, number>>;

export function countStages(waits: readonly Wait[], now: number): StageCounts {
  const counts = { waiting: 0, warned: 0, breached: 0 };
  for (const wait of waits) counts[stageAt(wait, now)]++;
  return counts;
}

/** What one owner has to answer, most urgent first. */
export interface Lane {
  readonly owner: string;
  readonly waits: readonly Wait[];
}

/** Open waits grouped per owner; the lane with the most urgent wait comes first. */
export function lanesOf(waits: readonly Wait[]): Lane[] {
  const lanes = new Map<string, Wait[]>();
  for (const wait of [...waits].sort(byUrgency)) {
    const lane = lanes.get(wait.owner);
    if (lane) lane.push(wait);
    else lanes.set(wait.owner, [wait]);
  }
  return [...lanes].map(([owner, inLane]) => ({ owner, waits: inLane }));
}

/** Whose business a wait is: its owner's, that of the person whom the chain asks now, and of the one who took it. */
export function concerns(wait: Wait, person: string | null): boolean {
  return person === null || wait.owner === person || wait.asked === person || wait.taken_by === person;
}

/** The lease that holds at `now`, if any. */
export function leaseAt(wait: Wait, now: number): { readonly by: string; readonly until: number } | null {
  if (wait.taken_by === null || wait.taken_until === null) return null;
  const until = Date.parse(wait.taken_until);
  return until > now ? { by: wait.taken_by, until } : null;
}

/** One thing that the stream told. */
export interface Change {
  readonly wait: Wait;
  readonly closed: boolean;
}

function latestById(changes: readonly Change[]): Map<string, Change> {
  return new Map(changes.map((change) => [change.wait.id, change]));
}

/** The open waits after `changes`. Waits that did not change keep their identity, so their cards are not drawn again. */
export function applyToOpen(open: readonly Wait[], changes: readonly Change[]): Wait[] {
  const latest = latestById(changes);
  const kept = open.filter((wait) => !latest.has(wait.id));
  const added = [...latest.values()]
    .filter((change) => !change.closed && !change.wait.history)
    .map((change) => change.wait);
  return [...kept, ...added];
}

/** The closed waits after `changes`, the last closed first, no more than `limit`. One that left without an end (it became part of another) is not listed. */
export function applyToClosed(closed: readonly Wait[], changes: readonly Change[], limit: number): Wait[] {
  const latest = latestById(changes);
  const kept = closed.filter((wait) => !latest.has(wait.id));
  const added = [...latest.values()]
    .filter((change) => change.closed && change.wait.closed_at !== null && !change.wait.history)
    .map((change) => change.wait);
  const closedAt = (wait: Wait) => Date.parse(wait.closed_at ?? wait.opened_at);
  return [...kept, ...added].sort((a, b) => closedAt(b) - closedAt(a)).slice(0, limit);
}

/** The number that a link dials; null for a link to a chat. */
export const dialledBy = (link: string): string | null => /^tel:(.+)$/.exec(link)?.[1] ?? null;
