import type { Asked } from './askWhom.ts';
import type { ClockRules } from './clockRules.ts';
import type { Step } from './dueSteps.ts';
import { type Chain, withStandIns } from './reach.ts';
import { channelIn } from './rules.ts';
import type { EpochMs } from './time.ts';
import type { PersonalTransport } from './transport.ts';
import type { WaitRow } from './waitRow.ts';

/** No transport; all known to refuse them; this notice refused; we are refused. */
export type PassedWhy = 'no_way' | 'dead_end' | 'refused' | 'closed';

/** Who could not be reached, and who is asked instead (law 6). */
export interface PassedOver {
  readonly wait_id: string;
  /** null: a hand-over. */
  readonly step: number | null;
  readonly due_at: EpochMs;
  readonly stage: string;
  readonly person: string;
  readonly why: PassedWhy;
  readonly instead: readonly string[];
}

type Reaching = Pick<ClockRules, 'people' | 'reach'>;

/** As far as we know now. */
export function canReach({ people, reach }: Reaching, id: string): boolean {
  const person = people.get(id);
  return person !== undefined && reach.waysOf(person).some((way) => reach.works(person, way));
}

/** As known before anything is sent. */
export function whyDeaf({ people, reach }: Reaching, id: string): PassedWhy {
  const person = people.get(id);
  const ways = person ? reach.waysOf(person) : [];
  if (!person || ways.length === 0) return 'no_way';
  const isDead = (way: PersonalTransport) => person.deadEnds.some(({ transport }) => transport === way);
  return ways.every(isDead) ? 'dead_end' : 'closed';
}

/** For finding stand-ins. */
export const chainFor = (rules: ClockRules, wait: Pick<WaitRow, 'owner' | 'channel'>): Chain => ({
  wait,
  channel: channelIn(rules, wait.channel),
  people: rules.people,
  canReach: (id) => canReach(rules, id),
});

/** A step's people, with stand-ins for those known to be unreachable (law 6). */
export function reachable(
  wait: Pick<WaitRow, 'id' | 'owner' | 'channel'>,
  step: Step,
  rules: ClockRules,
  now: EpochMs,
): { readonly asked: readonly Asked[]; readonly passedOver: readonly PassedOver[] } {
  if (!rules.reach.hasWays) return { asked: step.asked, passedOver: [] };
  const { asked, passedOver } = withStandIns(step.asked, chainFor(rules, wait), now);
  const about = { wait_id: wait.id, step: step.step, due_at: step.dueAt, stage: step.stage };
  return {
    asked,
    passedOver: passedOver.map(({ person, instead }) => ({
      ...about,
      person,
      why: whyDeaf(rules, person),
      instead,
    })),
  };
}
