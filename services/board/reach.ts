import type { Config } from '@otklik/config';
import { PERSONAL_TRANSPORTS, type Person, type PersonalTransport } from '@otklik/domain';
import type { ClockRules, LivePeople } from '@otklik/store';
import { checked } from '@otklik/texts';
import { iso } from './present.ts';

interface ReachDeps {
  config(): Config;
  rules(): ClockRules;
  people: Pick<LivePeople, 'closed'>;
  readonly demo: boolean;
}

/** What became of a test message to one person by one transport; the notifier's, given by whoever puts the services together. */
export interface CheckedWay {
  readonly person: string;
  readonly transport: PersonalTransport | null;
  readonly outcome: 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';
  readonly problem: string | null;
}

/** Sends each of these people a test message by each of their transports. */
export type CheckPeople = (ids: readonly string[]) => Promise<readonly CheckedWay[]>;

/** By what a person is reached, and whether anything of it works. A demo rings on the terminal, which reaches everybody. */
export function presentReach(person: Person, { rules, people, demo }: ReachDeps) {
  const { reach } = rules();
  const reachBy = reach.waysOf(person).map((transport) => {
    const dead = person.deadEnds.find((each) => each.transport === transport);
    const why = dead ?? people.closed().get(transport) ?? null;
    return {
      transport,
      works: why === null,
      since: why === null ? null : iso(why.since),
      problem: why === null ? null : why.problem,
    };
  });
  const isDead = (way: PersonalTransport) => person.deadEnds.some(({ transport }) => transport === way);
  return { reachable: demo || !reach.waysOf(person).every(isDead), reach: reachBy };
}

/** The company's transports, and which of them refuse us. */
export function presentTransports({ config, people }: ReachDeps) {
  return PERSONAL_TRANSPORTS.filter((transport) => config().notify[transport] !== null).map((transport) => {
    const why = people.closed().get(transport) ?? null;
    return {
      transport,
      up: why === null,
      since: why === null ? null : iso(why.since),
      problem: why === null ? null : why.problem,
    };
  });
}

/** In words, with the remedy. */
export function presentChecked({ transport, outcome, problem }: CheckedWay) {
  return { transport, outcome, problem, said: checked(transport, outcome, problem) };
}
