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

/** Result of a test message; the notifier's own type is the same. */
export interface CheckedWay {
  readonly person: string;
  readonly transport: PersonalTransport | null;
  readonly outcome: 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';
  readonly problem: string | null;
}

/** Sends test messages by each transport of these people. */
export type CheckPeople = (ids: readonly string[]) => Promise<readonly CheckedWay[]>;

/** How a person is reached. A demo rings on the terminal, which reaches everybody. */
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

/** Which of the configured transports refuse us. */
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

/** With words and a remedy. */
export function presentChecked({ transport, outcome, problem }: CheckedWay) {
  return { transport, outcome, problem, said: checked(transport, outcome, problem) };
}
