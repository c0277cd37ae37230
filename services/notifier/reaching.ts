import type { Config } from '@otklik/config';
import {
  type EpochMs,
  isPersonal,
  MINUTE,
  PERSONAL_TRANSPORTS,
  type PersonalTransport,
  SECOND,
  type Transport,
} from '@otklik/domain';
import {
  type ClockRules,
  closeTransport,
  countUnheard,
  endDeadEnd,
  goOn,
  type LivePeople,
  noteDeadEnd,
  openTransport,
  type Store,
} from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import type { Aftermath } from './outbox/delivery.ts';
import type { PersonalNoticeTransport } from './transports/transport.ts';

export interface ReachingDeps {
  config(): Config;
  rules(): ClockRules;
  store: Store;
  people: Pick<LivePeople, 'refresh' | 'closed'>;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
}

/** Keeps what a delivery says of people and transports. After a failure it asks somebody else. */
export function aftermathOf(transport: Transport, deps: ReachingDeps): Aftermath {
  const { config, store, people, log, now } = deps;
  if (!isPersonal(transport))
    return {
      failing: async () => {},
      deadEnd: async () => {},
      closed: async () => {},
      reached: async () => {},
    };
  return {
    failing: async (notice, how) => goOn(store, deps.rules(), notice, how, now()),
    deadEnd: async (recipient, problem) => {
      const person = config().people.get(recipient);
      if (!person) return;
      await noteDeadEnd(store, person, transport, problem, now());
      await people.refresh();
    },
    closed: async (problem) => {
      if (people.closed().get(transport)?.problem === problem) return;
      log.error({ transport, problem }, 'a transport refuses us: mend its token or login in otklik.yaml');
      await closeTransport(store, transport, problem, now());
      await people.refresh();
    },
    reached: async (recipient) => {
      const known = config()
        .people.get(recipient)
        ?.deadEnds.some((each) => each.transport === transport);
      if (known) await endDeadEnd(store, recipient, transport);
      if (people.closed().has(transport)) await openTransport(store, transport, now());
      if (known || people.closed().has(transport)) await people.refresh();
    },
  };
}

/** A dead token must be known before the first ping. A login costs the mail server a connection. */
const ASK_EVERY_MS: Record<PersonalTransport, number> = { telegram: MINUTE, email: 10 * MINUTE };
const ASK_CLOSED_EVERY_MS = 15 * SECOND;

/** At the start, after a change of the configuration, and from time to time. */
export function watchTransports(
  by: Readonly<Record<PersonalTransport, PersonalNoticeTransport>>,
  deps: ReachingDeps,
): () => Promise<void> {
  const asked = new Map<PersonalTransport, { readonly key: string | null; readonly nextAt: EpochMs }>();
  const look = async (transport: PersonalTransport): Promise<void> => {
    const { store, people, now } = deps;
    const key = by[transport].key();
    const before = asked.get(transport);
    if (before?.key === key && before.nextAt > now()) return;
    const said = key === null ? null : await by[transport].probe();
    if (said?.outcome === 'closed') await aftermathOf(transport, deps).closed(said.problem);
    else if (said?.outcome !== 'unknown' && people.closed().has(transport)) {
      await openTransport(store, transport, now());
      await people.refresh();
    }
    const every = people.closed().has(transport) ? ASK_CLOSED_EVERY_MS : ASK_EVERY_MS[transport];
    asked.set(transport, { key, nextAt: now() + every });
  };
  return async () => void (await Promise.all(PERSONAL_TRANSPORTS.map(look)));
}

export function measureReach({ config, rules, people, store, metrics, log }: ReachingDeps): void {
  metrics.beforeReading(
    async () => {
      metrics.peopleUnreachable.reset();
      metrics.transportUp.reset();
      const { reach } = rules();
      for (const person of config().people.values()) {
        const dead = (way: PersonalTransport) => person.deadEnds.some(({ transport }) => transport === way);
        metrics.peopleUnreachable.set({ person: person.id }, reach.waysOf(person).every(dead) ? 1 : 0);
      }
      for (const transport of PERSONAL_TRANSPORTS)
        if (config().notify[transport] !== null)
          metrics.transportUp.set({ transport }, people.closed().has(transport) ? 0 : 1);
      metrics.waitsUnheard.set(await countUnheard(store));
    },
    (error) => log.debug({ err: error }, 'metrics keep their last values'),
  );
}
