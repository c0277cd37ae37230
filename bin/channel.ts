import { channelOf, type Finding } from '@otklik/channels';
import type { ChannelConfig, Config } from '@otklik/config';
import type { Locale } from '@otklik/domain';
import { channelMemory, type Store } from '@otklik/store';
import { createLog } from '@otklik/telemetry';
import { requireConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { openEverything } from './store.ts';

export const CHECK_USAGE = 'channel check [ID]';

/** Says of one channel, or of all, what it sees and what it does not. 1 when something is broken. */
export async function checkChannels(id: string | undefined): Promise<number> {
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const channels = [...config.channels.values()].filter((channel) => id === undefined || channel.id === id);
  if (channels.length === 0) {
    console.error(`no channel has the id "${id}" (${[...config.channels.keys()].join(', ')})`);
    return 1;
  }
  const opened = await openEverything(environment, false, createLog('warn'));
  try {
    let faults = 0;
    for (const channel of channels) {
      const findings = await findingsOf(channel, config, opened.store);
      console.log(told(channel, findings, config.locale));
      faults += findings.filter(({ level }) => level === 'fault').length;
    }
    return faults === 0 ? 0 : 1;
  } finally {
    await opened.store.close(); // the embedded server goes on: a running Otklik may be using it
  }
}

async function findingsOf(channel: ChannelConfig, config: Config, store: Store): Promise<readonly Finding[]> {
  const { check } = channelOf(channel);
  if (!check) return NOTHING_TO_ASK;
  return check(channel, { config, memory: channelMemory(store, channel.id), now: Date.now });
}

const NOTHING_TO_ASK: readonly Finding[] = [
  {
    level: 'fine',
    said: {
      ru: 'спросить некого: канал ждёт, пока ему пришлют',
      en: 'there is nobody to ask: the channel waits to be posted to',
    },
  },
];

const MARKS: Readonly<Record<Finding['level'], string>> = { fine: '✓', gap: '!', fault: '✗' };

function told(channel: ChannelConfig, findings: readonly Finding[], locale: Locale): string {
  const lines = findings.map(({ level, said }) => `  ${MARKS[level]} ${said[locale]}`);
  return [`${channel.id} «${channel.name}» (${channel.kind})`, ...lines].join('\n');
}
