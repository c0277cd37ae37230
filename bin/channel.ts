import { parseArgs } from 'node:util';
import { asideGaps, testChannel } from '@otklik/board';
import {
  channelOf,
  type Finding,
  type Linking,
  type Memory,
  qrTerminal,
  type ShownCode,
} from '@otklik/channels';
import type { ChannelBase, Config } from '@otklik/config';
import type { Locale } from '@otklik/domain';
import { rulesOf } from '@otklik/engine';
import { againLeft, askAgain, channelMemory, type Store, unseenAside } from '@otklik/store';
import { pause } from '@otklik/timing';
import { requireConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { withStore } from './store.ts';

export const CHECK_USAGE = 'channel check [ID]';

/** Tells what a channel, or each, sees and does not. 1 when something is broken. */
export async function checkChannels(id: string | undefined): Promise<number> {
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const channels = [...config.channels.values()].filter((channel) => id === undefined || channel.id === id);
  if (channels.length === 0) {
    console.error(`no channel has the id "${id}" (${[...config.channels.keys()].join(', ')})`);
    return 1;
  }
  const command = { environment, demo: false, command: 'channel check', locale: config.locale };
  return withStore(command, async (store) => {
    let faults = 0;
    for (const channel of channels) {
      const findings = await findingsOf(channel, config, store);
      console.log(told(channel, findings, config.locale));
      faults += findings.filter(({ level }) => level === 'fault').length;
    }
    return faults === 0 ? 0 : 1;
  });
}

async function findingsOf(channel: ChannelBase, config: Config, store: Store): Promise<readonly Finding[]> {
  const { check } = channelOf(channel);
  const unseen = (await unseenAside(store, channel.id)).get(channel.id);
  const aside = asideGaps(unseen).map((said): Finding => ({ level: 'gap', said }));
  const asked = check
    ? await check(channel, { config, memory: channelMemory(store, channel.id), now: Date.now })
    : NOTHING_TO_ASK;
  return unseen?.reason ? [...asked, ...aside, latest(unseen.reason)] : [...asked, ...aside];
}

const latest = (reason: string): Finding => ({
  level: 'gap',
  said: { ru: `последнее из неразобранного: ${reason}`, en: `the latest that was not understood: ${reason}` },
});

const NOTHING_TO_ASK: readonly Finding[] = [
  {
    level: 'fine',
    said: {
      ru: 'у этого вида спросить не о чем: как стоит канал, видно на доске',
      en: 'this kind has nothing to ask: how the channel stands is on the board',
    },
  },
];

const MARKS: Readonly<Record<Finding['level'], string>> = { fine: '✓', gap: '!', fault: '✗' };

function told(channel: ChannelBase, findings: readonly Finding[], locale: Locale): string {
  const lines = findings.map(({ level, said }) => `  ${MARKS[level]} ${said[locale]}`);
  return [`${channel.id} «${channel.name}» (${channel.kind})`, ...lines].join('\n');
}

export const READ_AGAIN_USAGE = 'channel read-again [ID]';

const READ_AGAIN_WORDS = {
  ru: {
    nothing: 'снова прочесть нечего',
    still: (left: number) => (left === 0 ? 'всё разобрано' : `разобрать всё ещё не удаётся: ${left}`),
    late: 'ещё не прочитано. Программа запущена (npm start), канал на связи?',
  },
  en: {
    nothing: 'there is nothing to read again',
    still: (left: number) => (left === 0 ? 'all of it is understood' : `still not understood: ${left}`),
    late: 'not read yet. Is the program running (npm start), and the channel up?',
  },
} as const;
const LOOK_EVERY_MS = 1_000;
const READ_WITHIN_MS = 60_000;

/** Lets the running program read again what was kept aside of one channel, or of all, for example after an upgrade. */
export async function readChannelsAgain(id: string | undefined): Promise<number> {
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const ids = [...config.channels.keys()].filter((each) => id === undefined || each === id);
  if (ids.length === 0) {
    console.error(`no channel has the id "${id}" (${[...config.channels.keys()].join(', ')})`);
    return 1;
  }
  const command = { environment, demo: false, command: 'channel read-again', locale: config.locale };
  return withStore(command, async (store) => {
    const words = READ_AGAIN_WORDS[config.locale];
    const asked = new Set<string>();
    for (const channel of ids) if ((await askAgain(store, channel, Date.now())) > 0) asked.add(channel);
    for (const channel of ids) if (!asked.has(channel)) console.log(`${channel}: ${words.nothing}`);
    for (const end = Date.now() + READ_WITHIN_MS; asked.size > 0 && Date.now() < end; ) {
      for (const channel of asked) {
        const { waiting, left } = await againLeft(store, channel);
        if (waiting > 0) continue;
        asked.delete(channel);
        console.log(`${channel}: ${words.still(left)}`);
      }
      if (asked.size > 0) await pause(LOOK_EVERY_MS);
    }
    for (const channel of asked) console.error(`${channel}: ${words.late}`);
    return asked.size === 0 ? 0 : 1;
  });
}

export const TEST_USAGE = 'channel test ID';

/** Sends the running program an event as the provider would, and follows it step by step. */
export async function tryChannel(id: string | undefined): Promise<number> {
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const channel = config.channels.get(id ?? '');
  if (!channel) {
    console.error(`channel test wants the id of a channel (${[...config.channels.keys()].join(', ')})`);
    return 1;
  }
  const command = { environment, demo: false, command: 'channel test', locale: config.locale };
  return withStore(command, async (store) => {
    const deps = {
      store,
      config: () => config,
      rules: () => rulesOf({ ...config, demo: false }),
      now: Date.now,
      hooksAt: () => `http://${environment.host}:${environment.port}`,
    };
    const steps = await testChannel(channel, deps, 'channel test');
    for (const { ok, said } of steps) console.log(`${ok ? MARKS.fine : MARKS.fault} ${said[config.locale]}`);
    return steps.every(({ ok }) => ok) ? 0 : 1;
  });
}

export const LINK_USAGE = 'channel link ID [--code]';

/** The code comes within seconds; a person takes a while to find the phone. */
const PATIENCE_MS = 5 * 60_000;

const LINK_WORDS = {
  ru: {
    scan: 'На телефоне: WhatsApp → Связанные устройства → Привязка устройства, наведите камеру:',
    type: (code: string) => `Или выберите там «Связать по номеру телефона» и введите код ${code}`,
    done: 'Аккаунт привязан.',
    late: 'Кода нет или его никто не отсканировал. Программа запущена (npm start)?',
  },
  en: {
    scan: 'On the telephone: WhatsApp → Linked devices → Link a device, and scan:',
    type: (code: string) => `Or choose “Link with phone number” there and type the code ${code}`,
    done: 'The account is linked.',
    late: 'There is no code, or nobody scanned it. Is the program running (npm start)?',
  },
} as const;

/**
 * Shows the code that links an account, and each new one, until it is linked. The running program holds the
 * connection.
 */
export async function linkChannel(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { code: { type: 'boolean', default: false } },
  });
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const channel = config.channels.get(positionals[0] ?? '');
  const linking = channel && channelOf(channel).linking;
  if (!channel || !linking) {
    const able = [...config.channels.values()].filter((each) => channelOf(each).linking).map(({ id }) => id);
    console.error(
      `channel link wants the id of a channel that needs a telephone (${able.join(', ') || 'there is none'})`,
    );
    return 1;
  }
  const command = { environment, demo: false, command: 'channel link', locale: config.locale };
  return withStore(command, async (store) => {
    const memory = channelMemory(store, channel.id);
    if (values.code) await linking.askForCode(memory, Date.now());
    return await showUntilLinked(linking, memory, config.locale);
  });
}

async function showUntilLinked(linking: Linking, memory: Memory, locale: Locale): Promise<number> {
  const words = LINK_WORDS[locale];
  let last: ShownCode | null = null;
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const shown = await linking.shown(memory);
    if (shown === null && last !== null) {
      console.log(words.done);
      return 0;
    }
    if (shown !== null && (shown.qr !== last?.qr || shown.code !== last.code)) {
      console.log(`${words.scan}\n${await qrTerminal(shown.qr)}`);
      if (shown.code !== null) console.log(words.type(shown.code));
    }
    last = shown;
    await pause(LOOK_EVERY_MS);
  }
  console.error(words.late);
  return 1;
}
