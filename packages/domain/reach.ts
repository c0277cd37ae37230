import { type Asked, chainOf, isAway } from './askWhom.ts';
import type { ChannelPeople, PeopleById, Person } from './people.ts';
import type { EpochMs } from './time.ts';
import type { PersonalTransport, Transport } from './transport.ts';

/** In order of trying: those of `reach` that the person has and the company offers. */
export function waysOf(person: Person, offered: readonly PersonalTransport[]): PersonalTransport[] {
  const has = { telegram: person.telegram !== null, email: person.email !== null };
  return person.reach.filter((way) => offered.includes(way) && has[way]);
}

/** Reaches one person: a webhook and a terminal do not. */
export const isPersonal = (transport: Transport): transport is PersonalTransport =>
  transport === 'telegram' || transport === 'email';

export interface Chain {
  readonly wait: { readonly owner: string };
  /** null: in no configuration any more. */
  readonly channel: ChannelPeople | null;
  readonly people: PeopleById;
  /** As far as we know now. */
  canReach(person: string): boolean;
}

/**
 * Who is asked instead of a person without a working transport (law 6): the next of the chain who is there; else
 * every head; else the first of the channel who can be reached, preferably present. Whoever was already asked about
 * this step is named again. Never anybody in `passedOver` or unreachable. Empty: nobody is left.
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
  // A person asked as one of all heads has nobody behind them.
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

/** All with the role head, and this channel's. */
function headsOf(people: PeopleById, channel: ChannelPeople | null): string[] {
  const heads = [...people.values()].filter(({ role }) => role === 'head').map(({ id }) => id);
  const own = channel?.head ?? null;
  return own === null || heads.includes(own) ? heads : [own, ...heads];
}

/** With stand-ins for the unreachable, and who was passed over for whom. */
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
