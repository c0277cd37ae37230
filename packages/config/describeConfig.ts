import {
  type CadencePlan,
  DAY,
  type DurationMs,
  type DutyShift,
  type EpochMs,
  HOUR,
  type Locale,
  MINUTE,
  type Person,
  type Policy,
  type Role,
  SECOND,
} from '@otklik/domain';
import { type ConfigFormat, kindOf } from './configFormat.ts';
import { describeDays } from './describeDays.ts';
import { describeHours, isAllDay } from './describeHours.ts';
import { describeTexts, type Texts } from './describeTexts.ts';
import { type ConfigFault, formatFault } from './fault.ts';
import type { ChannelBase, Config } from './types.ts';

/** What would run by this config, for a person to read before it does: `config check` prints it. No secret is in it. */
export function describeConfig<Channel extends ChannelBase>(
  config: Config<Channel>,
  format: Pick<ConfigFormat<Channel>, 'kinds'>,
  locale: Locale,
  now: EpochMs,
  warnings: readonly ConfigFault[] = [],
  /** Clients who wait on channels that this config does not name. */
  goneWaits: readonly { readonly channel: string; readonly waits: number }[] = [],
): string {
  const texts = describeTexts(locale);
  const days = config.calendar && describeDays(config.calendar, texts, now);
  const lines = [
    ...[...config.channels.values()].flatMap((channel) => [
      ...describeChannel(channel, kindOf(format, channel).describe(channel), config, locale, now),
      '',
    ]),
    `${texts.notify}: ${describeNotify(config, texts)}`,
    `${texts.hours}: ${config.calendar === null ? texts.aroundTheClock : describeHours(config.calendar, locale)}`,
    ...(days === null ? [] : [`${texts.specialDays}: ${days}`]),
    ...(config.cadence === null ? [] : [`${texts.cadence}: ${describeCadence(config.cadence, texts)}`]),
    `${texts.privacy}: ${describePrivacy(config, texts)}`,
  ];
  const noted = [
    ...warnings.map((warning) => `  ${formatFault(warning)}`),
    ...goneWaits.map(({ channel, waits }) => `  ${texts.goneWaits(waits, channel)}`),
  ];
  return [...lines, ...(noted.length === 0 ? [] : ['', `${texts.warnings}:`, ...noted])].join('\n');
}

function describeChannel(
  channel: ChannelBase,
  kind: string,
  config: Config,
  locale: Locale,
  now: EpochMs,
): string[] {
  const texts = describeTexts(locale);
  const { policy } = channel;
  const person = (id: string) => describePerson(config.people.get(id), texts, now);
  const deputies = channel.deputies.length === 0 ? texts.nobody : channel.deputies.map(person).join(', ');
  return [
    `${texts.channel} ${channel.id} «${channel.name}» (${kind})`,
    `  ${texts.owner}: ${person(channel.owner)}`,
    ...channel.duty.map((shift) => `  ${texts.duty}: ${describeShift(shift, person, locale)}`),
    `  ${texts.deputies}: ${deputies}`,
    `  ${texts.head}: ${channel.head === null ? texts.nobody : person(channel.head)}`,
    ...(channel.enforceFrom
      ? [`  ${texts.watchedSince} ${moment(channel.enforceFrom, config, locale)}`]
      : []),
    `  ${texts.policy}: ${policy.name} (${describePolicy(policy, texts)})`,
    ...describeChain(policy, channel, config, texts).map((line) => `    ${line}`),
  ];
}

const moment = (at: EpochMs, { timezone }: Config, locale: Locale): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: timezone }).format(at);

function describePolicy(policy: Policy, texts: Texts): string {
  const { warn, breach, afterHours, overload, countsAsAnswer, formalReplies } = policy;
  return [
    texts.window(clock(warn, texts), clock(breach, texts)),
    texts.afterHours[afterHours],
    ...(overload === null ? [] : [texts.overload(overload)]),
    ...(countsAsAnswer.formal ? [] : [texts.notFormal(formalReplies)]),
  ].join('; ');
}

/** `Анна, Борис (in turns, a week each, from 23 November 2026), Mon–Fri 18:00–22:00 (Europe/Moscow)` */
function describeShift(
  { who, since, handover = '00:00', hours }: DutyShift,
  person: (id: string) => string,
  locale: Locale,
): string {
  const texts = describeTexts(locale);
  const turns = who.length > 1 ? ` (${texts.inTurns(since, handover)})` : '';
  return `${who.map(person).join(', ')}${turns}, ${isAllDay(hours) ? texts.allDay : describeHours(hours, locale)}`;
}

/** `Анна Петрова`, with quiet hours and the absence of now or of a day to come. */
function describePerson(person: Person | undefined, texts: Texts, now: EpochMs): string {
  if (person === undefined) return texts.nobody;
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(person.timezone)
    .toPlainDate()
    .toString();
  const absences = person.away
    .filter(({ to }) => to >= today)
    .toSorted((one, other) => (one.from < other.from ? -1 : 1))
    .map(({ from, to }) => (from <= today ? texts.awayNow(to) : texts.awayLater(from, to)));
  const { quiet } = person;
  const noted = [...absences, ...(quiet === null ? [] : [texts.quiet(quiet.from, quiet.to)])];
  return noted.length === 0 ? person.name : `${person.name} (${noted.join('; ')})`;
}

/** `3:00 → Анна Петрова (owner)`, one line for each step. */
function describeChain(policy: Policy, channel: ChannelBase, config: Config, texts: Texts): string[] {
  return policy.steps.map((rung) => {
    const when =
      'at' in rung
        ? `${clock(rung.at, texts)} →`
        : `${texts.repeat(texts.duration(rung.every), rung.times)}:`;
    const whom = rung.notify.flatMap((role) => describeRole(role, channel, config, texts));
    return `${when} ${whom.join(', ') || texts.nobody}`;
  });
}

function describeRole(role: Role, channel: ChannelBase, config: Config, texts: Texts): string[] {
  const name = (id: string) => config.people.get(id)?.name ?? id;
  switch (role) {
    case 'owner':
      return [`${name(channel.owner)} (${texts.roles.owner})`];
    case 'deputies':
      return channel.deputies.map((id) => `${name(id)} (${texts.roles.deputies})`);
    case 'head':
      return channel.head === null ? [] : [`${name(channel.head)} (${texts.roles.head})`];
  }
}

/** `3:00`, `1:02:00`: as on a stopwatch; from a day on in words. */
function clock(duration: DurationMs, texts: Texts): string {
  if (duration >= DAY)
    return duration % DAY === 0 ? texts.wholeDays(duration / DAY) : texts.duration(duration);
  const hours = Math.floor(duration / HOUR);
  const minutes = Math.floor((duration % HOUR) / MINUTE);
  const seconds = String(Math.floor((duration % MINUTE) / SECOND)).padStart(2, '0');
  return hours === 0 ? `${minutes}:${seconds}` : `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`;
}

/** Hosts only: users, passwords and paths of these addresses may be secrets. */
function describeNotify({ notify }: Config, texts: Texts): string {
  const ways = [
    notify.telegram ? `Telegram (${host(notify.telegram.apiRoot)})` : null,
    notify.email ? texts.email(notify.email.from, host(notify.email.smtp.reveal())) : null,
    notify.webhook ? `webhook (${host(notify.webhook.url)})` : null,
  ].filter((way) => way !== null);
  return ways.length === 0 ? texts.boardOnly : ways.join(', ');
}

function host(url: string): string {
  return URL.parse(url)?.host ?? '?';
}

function describeCadence({ days }: CadencePlan, texts: Texts): string {
  return days
    .map((each) =>
      texts.cadenceDay(
        each.day,
        each.do.map((action) => texts.actions[action]),
      ),
    )
    .join('; ');
}

function describePrivacy({ privacy }: Config, texts: Texts): string {
  const { text, keepText, keepEvents } = privacy;
  return `${texts.text[text]}; ${texts.kept(texts.duration(keepText), texts.duration(keepEvents))}`;
}
