import type { Config } from '@otklik/config';
import { channelIn, type EpochMs, isAway, type Locale, type Person, type Rules } from '@otklik/domain';
import type { NamedWait } from '@otklik/store';
import { colleagueTextsOf } from '@otklik/texts';
import { cut } from './cut.ts';

/** Somebody to hand a client over to. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  /** Why not; null: nothing speaks against it. */
  readonly but: 'deaf' | 'away' | 'full' | null;
  /** Clients who wait for them. */
  readonly open: number;
}

export interface ChoiceDeps {
  readonly config: Config;
  readonly rules: Rules;
  /** By owner. */
  readonly open: ReadonlyMap<string, number>;
  canReach(id: string): boolean;
  readonly now: EpochMs;
}

/** People of the channel first, those who would not answer last. */
export function colleaguesFor(wait: Pick<NamedWait, 'owner' | 'channel'>, deps: ChoiceDeps): Colleague[] {
  const { config, rules, open, now } = deps;
  const channel = channelIn(rules, wait.channel);
  const near = new Set([
    channel.owner,
    ...channel.deputies,
    ...channel.duty.flatMap(({ who }) => who),
    ...(channel.head === null ? [] : [channel.head]),
  ]);
  const limit = channel.policy.overload;
  const butOf = (person: Person): Colleague['but'] => {
    if (!deps.canReach(person.id)) return 'deaf';
    if (isAway(person, now)) return 'away';
    return limit !== null && (open.get(person.id) ?? 0) >= limit ? 'full' : null;
  };
  return [...config.people.values()]
    .filter(({ id }) => id !== wait.owner)
    .map((person) => ({
      id: person.id,
      name: person.name,
      but: butOf(person),
      open: open.get(person.id) ?? 0,
    }))
    .sort(
      (a, b) =>
        Number(a.but !== null) - Number(b.but !== null) || Number(near.has(b.id)) - Number(near.has(a.id)),
    );
}

const MOST_NAME = 40;

/** The button's label. */
export function colleagueLabel({ name, but, open }: Colleague, locale: Locale): string {
  const texts = colleagueTextsOf(locale);
  const said = cut(name, MOST_NAME);
  return but === null ? said : `${said} — ${but === 'full' ? texts.full(open) : texts[but]}`;
}
