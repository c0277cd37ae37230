import type { Stage, Wait } from './wire.ts';

const STAGES: readonly Stage[] = ['waiting', 'warned', 'breached'];

/** The server's stage, or what the clock says already. */
export function stageAt(wait: Wait, now: number): Stage {
  const byClock = now >= Date.parse(wait.breach_at) ? 2 : now >= Date.parse(wait.warn_at) ? 1 : 0;
  return STAGES[Math.max(byClock, STAGES.indexOf(wait.stage))] ?? wait.stage;
}

/** By the end of the window: the most overdue first. */
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

export interface Lane {
  readonly owner: string;
  readonly waits: readonly Wait[];
}

/** The lane with the most urgent wait first. */
export function lanesOf(waits: readonly Wait[]): Lane[] {
  const lanes = new Map<string, Wait[]>();
  for (const wait of [...waits].sort(byUrgency)) {
    const lane = lanes.get(wait.owner);
    if (lane) lane.push(wait);
    else lanes.set(wait.owner, [wait]);
  }
  return [...lanes].map(([owner, inLane]) => ({ owner, waits: inLane }));
}

/** The owner's, the asked person's, and the taker's. */
export function concerns(wait: Wait, person: string | null): boolean {
  return person === null || wait.owner === person || wait.asked === person || wait.taken_by === person;
}

export function leaseAt(wait: Wait, now: number): { readonly by: string; readonly until: number } | null {
  if (wait.taken_by === null || wait.taken_until === null) return null;
  const until = Date.parse(wait.taken_until);
  return until > now ? { by: wait.taken_by, until } : null;
}

export interface Change {
  readonly wait: Wait;
  readonly closed: boolean;
}

function latestById(changes: readonly Change[]): Map<string, Change> {
  return new Map(changes.map((change) => [change.wait.id, change]));
}

/** Unchanged waits keep their identity, so their cards are not redrawn. */
export function applyToOpen(open: readonly Wait[], changes: readonly Change[]): Wait[] {
  const latest = latestById(changes);
  const kept = open.filter((wait) => !latest.has(wait.id));
  const added = [...latest.values()]
    .filter((change) => !change.closed && !change.wait.history)
    .map((change) => change.wait);
  return [...kept, ...added];
}

/** The last closed first, at most `limit`. A wait that became part of another is not listed. */
export function applyToClosed(closed: readonly Wait[], changes: readonly Change[], limit: number): Wait[] {
  const latest = latestById(changes);
  const kept = closed.filter((wait) => !latest.has(wait.id));
  const added = [...latest.values()]
    .filter((change) => change.closed && change.wait.closed_at !== null && !change.wait.history)
    .map((change) => change.wait);
  const closedAt = (wait: Wait) => Date.parse(wait.closed_at ?? wait.opened_at);
  return [...kept, ...added].sort((a, b) => closedAt(b) - closedAt(a)).slice(0, limit);
}

/** null: a link to a chat. */
export const dialledBy = (link: string): string | null => /^tel:(.+)$/.exec(link)?.[1] ?? null;
