import type { Claim, Reading } from './claims.ts';
import { CHANNELS, type ChannelId, nameOf } from './company.ts';

/** As the API tells it. */
export interface ApiWait {
  readonly id: string;
  readonly client: string | null;
  readonly channel: ChannelId;
  readonly owner: string;
  readonly first_owner: string;
  readonly opened_at: string;
  readonly breach_at: string;
  readonly closed_at: string | null;
  readonly outcome: string | null;
  readonly answered_by: string | null;
  readonly taken_by: string | null;
  readonly taken_until: string | null;
  readonly response_seconds: number | null;
}

/** The API's answer at one moment. */
export interface Snapshot {
  readonly at: number;
  readonly waits: ReadonlyMap<string, ApiWait>;
}

const clock = new Intl.DateTimeFormat('ru-RU', {
  timeZone: 'Europe/Moscow',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
export const clockOf = (iso: string): string => clock.format(new Date(iso));

/** A message was written a little before it is read. */
const GRACE_MS = 1_500;

const isTaken = ({ taken_by, taken_until }: ApiWait, at: number): boolean =>
  taken_by !== null && taken_until !== null && Date.parse(taken_until) > at;

/** What is untrue of a claim, in words. */
export function untruths(claim: Claim, reader: string, { at, waits }: Snapshot): string[] {
  const wait = waits.get(claim.client);
  if (!wait) return [`nobody called ${claim.client} is known`];
  const wrong: string[] = [];
  const expect = (isSo: boolean, what: string) => {
    if (!isSo) wrong.push(`${claim.client}: ${what}`);
  };
  if (claim.state === 'joined') return [`${claim.client}: joined to nothing`];
  if (claim.state === 'open') {
    expect(wait.closed_at === null, `is said to wait, and has ${wait.outcome}`);
    if (wait.closed_at !== null) return wrong;
    if (claim.since !== null) expect(claim.since === clockOf(wait.opened_at), `since ${claim.since}`);
    const breach = clockOf(wait.breach_at);
    if (claim.answerBy !== null)
      expect(claim.answerBy === breach, `answer by ${claim.answerBy}, not ${breach}`);
    if (claim.windowEnded !== null) expect(claim.windowEnded === breach, `window ended ${claim.windowEnded}`);
    const isLate = claim.isOverdue || claim.windowEnded !== null;
    expect(!isLate || at >= Date.parse(wait.breach_at) - GRACE_MS, 'is said to be overdue too soon');
    const owner = wait.owner === reader ? null : nameOf(wait.owner);
    expect(
      claim.owner === owner,
      `responsible is ${owner ?? 'the reader'}, and not ${claim.owner ?? 'the reader'}`,
    );
    const until = wait.taken_until === null ? 0 : Date.parse(wait.taken_until);
    if (Math.abs(until - at) > GRACE_MS) {
      const taker = isTaken(wait, at) ? nameOf(wait.taken_by ?? '') : null;
      const said =
        claim.takenBy !== null && /^(за вами|you)$/i.test(claim.takenBy) ? nameOf(reader) : claim.takenBy;
      expect(
        said === taker && (taker !== nameOf(reader) || said !== claim.takenBy),
        `on it is ${taker ?? 'nobody'}, and not ${claim.takenBy ?? 'nobody'}`,
      );
    }
    return wrong;
  }
  expect(wait.closed_at !== null, 'is said to wait no more, and does');
  if (wait.closed_at === null) return wrong;
  expect(claim.outcome === wait.outcome, `outcome ${claim.outcome}, not ${wait.outcome}`);
  if (claim.lasted !== null) {
    const seconds = Math.floor((Date.parse(wait.closed_at) - Date.parse(wait.opened_at)) / 1_000);
    const face = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    expect(claim.lasted === face, `lasted ${claim.lasted}, not ${face}`);
  }
  const by = wait.answered_by === null ? null : nameOf(wait.answered_by);
  const said = /^(администратор|an administrator)$/.test(claim.answeredBy ?? '') ? 'admin' : claim.answeredBy;
  expect(said === by, `answered by ${by}, not ${claim.answeredBy}`);
  return wrong;
}

export function untruthsOf(reading: Reading, reader: string, snapshot: Snapshot): string[] {
  if (reading.kind === 'words') return [];
  if (reading.kind === 'card') return untruths(reading.claim, reader, snapshot);
  const wrong = reading.claims.flatMap((claim) => untruths(claim, reader, snapshot));
  const waiting = reading.claims.filter(({ state }) => state === 'open').length;
  const isWhole = reading.more === 0 && reading.kind === 'list';
  if (isWhole && reading.waits && waiting !== reading.count)
    wrong.push(`${reading.count} are said to wait, and ${waiting} are named`);
  if (!reading.waits && waiting > 0 && reading.kind === 'list')
    wrong.push('nobody is said to wait, and somebody is named who does');
  return wrong;
}

/**
 * Clients that a person is asked about, as documented: theirs, taken by them, of channels that they own or head, or
 * told to them. `withPending`: also those of whom a ping may be on its way (a deputy's at the end of the window).
 */
export function askedAbout(
  person: string,
  told: ReadonlySet<string>,
  { waits, at }: Snapshot,
  withPending = false,
): ApiWait[] {
  return [...waits.values()].filter((wait) => {
    const { owner, head, deputy } = CHANNELS[wait.channel];
    const isTheirs = [wait.owner, owner, head].includes(person) || told.has(wait.client ?? '');
    const isPending = withPending && deputy === person && at >= Date.parse(wait.breach_at) - GRACE_MS;
    return (
      wait.closed_at === null && (isTheirs || isPending || (isTaken(wait, at) && wait.taken_by === person))
    );
  });
}
