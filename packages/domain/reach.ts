import { type Asked, chainOf, isAway } from './askWhom.ts';
import type { ChannelPeople, PeopleById, Person } from './people.ts';
import type { EpochMs } from './time.ts';
import type { PersonalTransport, Transport } from './transport.ts';

/** The ways by which a person can be reached, in the order in which they are tried: those of their `reach` that the company offers and that they have. */
export function waysOf(person: Person, offered: readonly PersonalTransport[]): PersonalTransport[] {
  const has = { telegram: person.telegram !== null, email: person.email !== null };
  return person.reach.filter((way) => offered.includes(way) && has[way]);
}

/** Whether a transport brings something to a person by itself: a webhook and a terminal do not. */
export const isPersonal = (transport: Transport): transport is PersonalTransport =>
  transport === 'telegram' || transport === 'email';

/** What must be known to find whoever is asked in the place of somebody who cannot be reached. */
export interface Chain {
  readonly wait: { readonly owner: string };
  /** null: the channel is in no configuration any more. */
  readonly channel: ChannelPeople | null;
  readonly people: PeopleById;
  /** Whether something works by which this person is reached now, as far as we know. */
  canReach(person: string): boolean;
}

/**
 * Who is asked, now, in the place of somebody whom no transport reaches (law 6): the next person of the chain who is there;
 * with nobody left every head; without a head who can be reached whoever of the chain can be, the first of those who are
 * there, else the first of those who are away. Somebody who has been asked about the same step already is named all the
 * same: it is known to them. Nobody in `passedOver`, and nobody who cannot be reached. Empty: nobody is left at all.
 */
export function askInstead(
  passed: string,
  passedOver: ReadonlySet<string>,
  { wait, channel, people, canReach }: Chain,
  at: EpochMs,
): Asked[] {
  const order = channel === null ? [wait.owner] : chainOf(wait, channel, at);
  const heads = headsOf(people, channel);
  const left = (id: string): boolean =>
    id !== passed && !passedOver.has(id) && people.has(id) && canReach(id);
  const there = (id: string): boolean => {
    const person = people.get(id);
    return person !== undefined && !isAway(person, at);
  };
  // Whoever is asked as one of all the heads has nobody behind them in the chain.
  const place = order.indexOf(passed);
  const behind = place === -1 && heads.includes(passed) ? [] : order.slice(place + 1);
  const first = (ids: readonly string[]): string[] => ids.filter(left).slice(0, 1);
  const tiers = [
    () => first(behind.filter(there)),
    () => heads.filter(left).filter(there),
    () => heads.filter(left),
    () => first(order.filter(there)),
    () => first(order),
  ];
  for (const tier of tiers) {
    const found = tier();
    if (found.length > 0) return found.map((person) => ({ person, why: 'instead' }));
  }
  return [];
}

/** Everybody with the role head, and whoever heads this channel. */
function headsOf(people: PeopleById, channel: ChannelPeople | null): string[] {
  const heads = [...people.values()].filter(({ role }) => role === 'head').map(({ id }) => id);
  const own = channel?.head ?? null;
  return own === null || heads.includes(own) ? heads : [own, ...heads];
}

/** A step's people with whoever stands in for those who cannot be reached, and who was passed over for whom. */
export function withStandIns(
  asked: readonly Asked[],
  chain: Chain,
  at: EpochMs,
): {
  readonly asked: Asked[];
  readonly passedOver: { readonly person: string; readonly instead: string[] }[];
} {
  const all = [...asked];
  const deaf = asked.filter(({ person }) => !chain.canReach(person)).map(({ person }) => person);
  const passedOver = deaf.map((person) => {
    const instead = askInstead(person, new Set(deaf), chain, at);
    for (const each of instead) if (!all.some((known) => known.person === each.person)) all.push(each);
    return { person, instead: instead.map((each) => each.person) };
  });
  return { asked: all, passedOver };
}
