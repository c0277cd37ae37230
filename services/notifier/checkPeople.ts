import type { Config } from '@otklik/config';
import {
  type EpochMs,
  isPersonal,
  PERSONAL_TRANSPORTS,
  type PersonalTransport,
  waysOf,
} from '@otklik/domain';
import { closeTransport, endDeadEnd, noteDeadEnd, openTransport, type Store } from '@otklik/store';
import { botOf } from './telegram/botOf.ts';
import { telegramTransport } from './telegram/transport.ts';
import { emailTransport } from './transports/email.ts';
import type { HandOver, PersonalNoticeTransport } from './transports/transport.ts';

export interface CheckDeps {
  config(): Config;
  store: Store;
  now(): EpochMs;
}

/** `transport`: null for somebody who has none. */
export interface Checked {
  readonly person: string;
  readonly transport: PersonalTransport | null;
  /** `failed`: for now. */
  readonly outcome: 'sent' | 'refused' | 'closed' | 'failed' | 'no_way';
  /** The provider's words; null: all is well. */
  readonly problem: string | null;
}

/** «Проверить связь»: test messages by each transport. Keeps what it learns. */
export async function checkPeople(deps: CheckDeps, ids: readonly string[]): Promise<Checked[]> {
  const { config, store, now } = deps;
  const email = emailTransport(config, now);
  const by = { telegram: telegramTransport(config, botOf(config), now), email };
  const offered = PERSONAL_TRANSPORTS.filter((way) => config().notify[way] !== null);
  try {
    const checked: Checked[] = [];
    for (const id of ids) {
      const person = config().people.get(id);
      if (!person) continue;
      const ways = waysOf(person, offered);
      if (ways.length === 0) checked.push({ person: id, transport: null, outcome: 'no_way', problem: null });
      for (const transport of ways) {
        const said = await by[transport].test(person);
        await learn(store, id, transport, said, deps);
        checked.push({ person: id, transport, ...outcomeOf(said) });
      }
    }
    return checked;
  } finally {
    email.close();
  }
}

function outcomeOf(said: HandOver): Pick<Checked, 'outcome' | 'problem'> {
  switch (said.outcome) {
    case 'sent':
      return { outcome: 'sent', problem: null };
    case 'retry':
      return { outcome: 'failed', problem: said.problem };
    case 'closed':
    case 'refused':
      return { outcome: said.outcome, problem: said.problem };
  }
}

async function learn(
  store: Store,
  id: string,
  transport: PersonalTransport,
  said: HandOver,
  { config, now }: CheckDeps,
): Promise<void> {
  const person = config().people.get(id);
  if (said.outcome === 'sent') {
    await endDeadEnd(store, id, transport);
    await openTransport(store, transport, now());
  } else if (said.outcome === 'closed') await closeTransport(store, transport, said.problem, now());
  else if (said.outcome === 'refused' && said.isDeadEnd && person)
    await noteDeadEnd(store, person, transport, said.problem, now());
}

/** Whether each transport takes us. */
export async function probeTransports({ config, now }: Omit<CheckDeps, 'store'>): Promise<
  {
    readonly transport: PersonalTransport;
    readonly outcome: 'works' | 'unknown' | 'closed';
    readonly problem: string | null;
  }[]
> {
  const email = emailTransport(config, now);
  const by: Record<PersonalTransport, PersonalNoticeTransport> = {
    telegram: telegramTransport(config, botOf(config), now),
    email,
  };
  try {
    const found = [];
    for (const transport of PERSONAL_TRANSPORTS.filter((way) => isPersonal(way) && by[way].key() !== null)) {
      const { problem = null, ...said } = { problem: null, ...(await by[transport].probe()) };
      found.push({ transport, ...said, problem });
    }
    return found;
  } finally {
    email.close();
  }
}
