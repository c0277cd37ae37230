import {
  awayUntil,
  channelIn,
  DAY,
  type Locale,
  mayLink,
  type Person,
  personInCharge,
  SECOND,
  standInsFor,
} from '@otklik/domain';
import {
  canReach,
  chooseLocale,
  comeBack,
  createLinkCode,
  listWaits,
  ownerReport,
  stepOut,
} from '@otklik/store';
import { lasted, type Texts, textsOf, timeOfDay } from '@otklik/texts';
import { nameOf } from '../messages/ping.ts';
import type { StaffDeps, Words } from './staffDeps.ts';

/** Runs a command such as `/away 30m`. null: not a command of ours. */
export async function runCommand(
  command: string,
  rest: string,
  update: Words,
  person: Person,
  deps: StaffDeps,
): Promise<string | typeof WHO_WAITS | null> {
  const texts = textsOf(person.locale);
  switch (command.toLowerCase()) {
    case 'start':
    case 'help':
      return texts.hello(person.name);
    case 'waits':
      return WHO_WAITS;
    case 'away':
      return goAway(rest, person, texts, deps);
    case 'back':
      await comeBack(deps.store, person.id, person.id, deps.now());
      await deps.people.refresh();
      return texts.cameBack;
    case 'lang':
      return speak(rest.trim().toLowerCase(), person, update, deps);
    case 'stats':
      return myWeek(person, texts, deps);
    case 'invite':
      return invite(rest.trim(), person, texts, deps);
    default:
      return null;
  }
}

/** Stands for the list of waits. */
export const WHO_WAITS = Symbol('who waits');

/** A head lets people in by a code that they send to the bot. */
async function invite(who: string, head: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  if (head.role !== 'head') return texts.onlyHeadsInvite;
  const { people, channels } = deps.config();
  const theirs = [...people.values()].filter(
    ({ id }) => id !== head.id && mayLink(head.id, id, channels.values()),
  );
  const isMeant = ({ id, name }: Person) => id === who || name.toLowerCase() === who.toLowerCase();
  const person = who === '' ? undefined : theirs.find(isMeant);
  if (!person) {
    const left = theirs.filter(({ telegram }) => telegram === null);
    return texts.inviteWhom(
      (left.length > 0 ? left : theirs).map(({ id, name }) => `/invite ${id} — ${name}`),
    );
  }
  const now = deps.now();
  const { code, expiresAt } = await createLinkCode(deps.store, person.id, head.id, now);
  return texts.invited(person.name, code, timeOfDay(expiresAt, now, head.timezone));
}

const OTHER: Record<Locale, Locale> = { ru: 'en', en: 'ru' };

/** `/lang` alone: the other language. */
async function speak(asked: string, person: Person, { chat }: Words, deps: StaffDeps): Promise<string> {
  const locale = asked === '' ? OTHER[person.locale] : asked;
  if (locale !== 'ru' && locale !== 'en') return textsOf(person.locale).languages;
  await chooseLocale(deps.store, person.id, locale, deps.now());
  await deps.people.refresh();
  deps.meanwhile(deps.menus.show({ ...person, locale }, chat));
  return textsOf(locale).inThisLanguage;
}

/** More need not be counted. */
const MOST_COUNTED = 10_000;

async function goAway(words: string, person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const now = deps.now();
  const until = awayUntil(words, now, person.timezone);
  if (until === null) return texts.awayHow;
  await stepOut(deps.store, person.id, person.id, until, now);
  await deps.people.refresh();
  const { people, channels } = deps.config();
  const name = (id: string) => nameOf(id, deps.config(), texts);
  const gone = people.get(person.id) ?? person;
  const standIns = Map.groupBy(standInsFor(gone, channels.values(), people, now), ({ asked }) =>
    asked.person === person.id ? null : asked.person,
  );
  const rows = [...standIns].map(([who, theirs]) => ({
    who: who === null ? null : name(who),
    isDeaf: who !== null && !canReach(deps.rules(), who),
    channels: theirs.map(({ channel }) => channel.name).join(', '),
  }));
  const scope = { all: false, person: person.id, channels: [] } as const;
  const query = { scope, owner: person.id, state: 'open', history: false, limit: MOST_COUNTED } as const;
  const open = (await listWaits(deps.store, query)).items;
  const kept = open.filter((wait) => {
    const channel = channelIn(deps.rules(), wait.channel);
    const inCharge = personInCharge({ owner: wait.owner, ownerWhy: wait.owner_why }, channel, people, now);
    return inCharge.person === person.id;
  });
  return texts.wentAway(timeOfDay(until, now, person.timezone), rows, {
    passed: open.length - kept.length,
    kept: kept.length,
  });
}

async function myWeek(person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const to = deps.now();
  const [mine] = await ownerReport(deps.store, {
    from: to - 7 * DAY,
    to,
    scope: { all: true },
    owner: person.id,
  });
  if (!mine) return texts.noWeek;
  return texts.week({
    waits: mine.waits,
    answered: mine.answered,
    inTime: mine.in_time,
    judged: mine.judged,
    median: mine.p50 === null ? null : lasted(mine.p50 * SECOND, person.locale),
    breached: mine.breached,
    excused: mine.excused + mine.late_delivered,
    formal: mine.formal,
    noReply: mine.no_reply_needed,
    afterHours: mine.after_hours_answered,
  });
}
