import { DAY, type EpochMs, type Event, MINUTE } from '@otklik/domain';
import type { DeliveryReport, Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';
import { bouncedName, factOf, idName, personOf, sentName } from './threads.ts';

/** Servers try for five days. */
const LOOK_BACK_MS = 6 * DAY;
/** Mail programs file copies slightly later. */
const COPY_LATE_MS = MINUTE;

interface Sent {
  readonly id: string;
  readonly thread: string;
  readonly at: EpochMs;
  readonly to: readonly string[];
}

interface Waiting {
  readonly id: string;
  readonly at: EpochMs;
  readonly report: DeliveryReport;
}

export interface Bounced {
  readonly of: string;
  readonly thread: string;
}

/** The report without our own addresses; null when nothing remains. */
export function aboutOthers(
  report: DeliveryReport,
  isOurs: (address: string) => boolean,
): DeliveryReport | null {
  const failed = report.failed.filter((address) => !isOurs(address));
  if (report.failed.length > 0 && failed.length === 0) return null;
  return { ...report, failed, named: report.named.filter((address) => !isOurs(address)) };
}

const whom = ({ failed, named }: DeliveryReport): readonly string[] => (failed.length > 0 ? failed : named);

export const namesOfReport = (report: DeliveryReport): string[] => [
  ...report.about.map(idName),
  ...whom(report).map(sentName),
];

/** Our mail that a final report is about: by id, otherwise the latest to the failed recipient. */
export function bouncedBy(
  report: DeliveryReport,
  at: EpochMs,
  known: ReadonlyMap<string, string>,
): Bounced | 'arrived' | 'unknown' {
  for (const id of report.about) {
    const fact = factOf(known.get(idName(id)));
    if (fact?.to !== undefined)
      return isMissed(report, fact.to) ? { of: id, thread: fact.thread } : 'arrived';
  }
  if (report.about.length > 0) return 'unknown';
  for (const address of whom(report)) {
    const sent = sentIn(known.get(sentName(address)));
    if (sent !== null && isAbout(at, sent.at)) return { of: sent.id, thread: sent.thread };
  }
  return 'unknown';
}

/** Remembers a report until its mail is read, so that the order does not matter (law 2). */
export function keptUntilKnown(mail: Mail, report: DeliveryReport, at: EpochMs): ReadonlyMap<string, string> {
  // Whoever mentions an address may wait for our answer there.
  const keys = report.about.length > 0 || !report.isSure ? report.about : whom(report);
  // A possible person's mail keeps its own event.
  const id = report.isSure ? eventIdOf(mail) : `${eventIdOf(mail)}/bounce`;
  const waiting = JSON.stringify({ id, at, report } satisfies Waiting);
  return new Map(keys.map((key) => [bouncedName(key), waiting]));
}

export const namesOfSent = (mail: Mail, client: string): string[] => [
  bouncedName(eventIdOf(mail)),
  bouncedName(client),
  sentName(client),
];

/** Finds an earlier report that this mail's client did not get it. */
export function bounceBefore(
  mail: Mail,
  recipients: readonly string[],
  at: EpochMs,
  known: ReadonlyMap<string, string>,
): { readonly id: string; readonly at: EpochMs } | null {
  const [client = ''] = recipients;
  const byId = waitingIn(known.get(bouncedName(eventIdOf(mail))));
  if (byId !== null) return isMissed(byId.report, recipients.map(personOf)) ? byId : null;
  const byAddress = waitingIn(known.get(bouncedName(client)));
  return byAddress !== null && isAbout(byAddress.at, at) ? byAddress : null;
}

/** Remembers a mail of ours, in case it bounces. */
export function learnedOfSent(
  { id, thread, at }: Pick<Event, 'id' | 'thread' | 'at'>,
  recipients: readonly string[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const [client = ''] = recipients;
  const name = sentName(client);
  if ((sentIn(known.get(name))?.at ?? at) > at) return new Map();
  const sent: Sent = { id, thread, at, to: recipients.map(personOf) };
  return new Map([[name, JSON.stringify(sent)]]);
}

const isAbout = (reportedAt: EpochMs, sentAt: EpochMs): boolean =>
  sentAt <= reportedAt + COPY_LATE_MS && reportedAt - sentAt <= LOOK_BACK_MS;

/** `to`: recipients, the client first. */
function isMissed(report: DeliveryReport, to: readonly string[]): boolean {
  const [client] = to;
  const isClient = (address: string) => personOf(address) === client;
  const isRecipient = (address: string) => to.includes(personOf(address));
  if (whom(report).some(isClient)) return true;
  // An unknown address is where a recipient forwards mail.
  return !report.reached.some(isClient) && !whom(report).some(isRecipient);
}

const sentIn = (text: string | undefined): Sent | null => (text ? (JSON.parse(text) as Sent) : null);
const waitingIn = (text: string | undefined): Waiting | null => (text ? (JSON.parse(text) as Waiting) : null);
