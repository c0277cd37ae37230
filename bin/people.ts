import { checkPeople } from '@otklik/notifier';
import { followPeople } from '@otklik/store';
import { createLog } from '@otklik/telemetry';
import { checked } from '@otklik/texts';
import { requireConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { withStore } from './store.ts';

export const PEOPLE_CHECK_USAGE = 'people check [ID]';

const WORDS = {
  ru: { out: 'не на связи' },
  en: { out: 'cannot be reached' },
} as const;

/** Sends everybody (or one person) a test message by each transport. 1 when nothing reaches somebody. */
export async function checkReach(id: string | undefined): Promise<number> {
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const ids = [...config.people.keys()].filter((each) => id === undefined || each === id);
  if (ids.length === 0) {
    console.error(`nobody has the id "${id}" (${[...config.people.keys()].join(', ')})`);
    return 1;
  }
  const log = createLog('warn');
  const command = { environment, demo: false, command: 'people check', locale: config.locale };
  return withStore(command, async (store) => {
    const people = await followPeople(store, {
      changed: () => undefined,
      error: (error) => log.warn({ err: error }, 'who is there could not be read'),
    });
    try {
      const now = () => ({ ...config, people: people.of(config.people) });
      const results = await checkPeople({ config: now, store, now: Date.now }, ids);
      let deaf = 0;
      for (const id of ids) {
        const ways = results.filter(({ person }) => person === id);
        const isReached = ways.some(({ outcome }) => outcome === 'sent');
        if (!isReached) deaf += 1;
        const name = `${id} «${config.people.get(id)?.name}»`;
        console.log(isReached ? name : `${name}: ${WORDS[config.locale].out}`);
        for (const { transport, outcome, problem } of ways)
          console.log(
            `  ${outcome === 'sent' ? '✓' : '✗'} ${checked(transport, outcome, problem)[config.locale]}`,
          );
      }
      return deaf === 0 ? 0 : 1;
    } finally {
      await people.close();
    }
  });
}
