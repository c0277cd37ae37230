import { setTimeout as pause } from 'node:timers/promises';
import {
  channelOf,
  type LocalizedText,
  type Memory,
  type Received,
  type SampleRequest,
  TEST_HEADER,
} from '@otklik/channels';
import type { ChannelBase, Config } from '@otklik/config';
import type { EpochMs, Event } from '@otklik/domain';
import {
  channelMemory,
  markAsTest,
  type NamedWait,
  noReplyNeeded,
  type RecordRules,
  type Store,
  timelineOf,
  waitOfEvent,
} from '@otklik/store';

export interface TestedStep {
  readonly ok: boolean;
  readonly said: LocalizedText;
}

export interface ChannelTestDeps {
  readonly store: Store;
  config(): Config;
  rules(): RecordRules;
  now(): EpochMs;
  /** Where the webhooks of this installation are taken, without `/hooks`; null: not known here. */
  hooksAt(): string | null;
}

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Sends an event of a client's as the channel's provider would, through the real route, and tells step by step what became
 * of it. The wait that it opens, and no other, is closed again as «no reply needed» by `actor`; no number, report or list of
 * what is closed knows of it.
 */
export async function testChannel(
  channel: ChannelBase,
  deps: ChannelTestDeps,
  actor: string,
): Promise<TestedStep[]> {
  const now = deps.now();
  const sample = channelOf(channel).sample?.(channel, { config: deps.config(), now }) ?? null;
  if (sample === null) return [NOT_POSTED];
  const base = deps.hooksAt();
  if (base === null) return [NO_ADDRESS];
  const understood = await read(channel, sample, deps);
  const answered = await post(`${base}/hooks/${channel.id}${sample.path}`, sample);
  if (!answered.ok) return [answered];
  const [event] = understood;
  if (!event) return [answered, NOTHING];
  const found = await until(() => waitOfEvent(deps.store, event.channel, event.id));
  if (found === null) return [answered, heard(understood), NO_WAIT];
  const { wait, isOpening } = found;
  if (!isOpening) return [answered, heard(understood), WAITED_ALREADY];
  await markAsTest(deps.store, wait.id);
  const pinged = await until(
    async () => {
      const { notices } = await timelineOf(deps.store, wait);
      const told = notices.filter(({ type }) => type === 'wait.step');
      return told.length > 0
        ? told.map(
            ({ recipient, transport }) =>
              `${deps.config().people.get(recipient ?? '')?.name ?? recipient} (${transport})`,
          )
        : null;
    },
    isCall(event) ? PATIENCE_MS : 0,
  );
  const closed = await noReplyNeeded(deps.store, deps.rules(), wait.id, actor, deps.now());
  return [
    answered,
    heard(understood),
    opened(wait, deps.config()),
    ...(isCall(event) ? [told(pinged)] : []),
    closed.outcome === 'done' ? CLOSED : NOT_CLOSED,
  ];
}

const isCall = ({ kind }: Event): boolean => kind === 'call';

/** What the channel's own reader makes of it: reading is a function of the request. */
async function read(
  channel: ChannelBase,
  sample: SampleRequest,
  deps: ChannelTestDeps,
): Promise<readonly Event[]> {
  const url = new URL(sample.path, `http://otklik/hooks/${channel.id}`);
  const memoryOf = (id: string): Memory => channelMemory(deps.store, id);
  const received: Received | undefined = await channelOf(channel).receive?.(
    channel,
    {
      path: sample.path.split('?')[0] ?? '',
      query: Object.fromEntries(url.searchParams),
      headers: sample.headers,
      body: Buffer.from(sample.body),
      receivedAt: deps.now(),
    },
    { config: deps.config(), memory: memoryOf(channel.id), memoryOf },
  );
  return received?.outcome === 'accepted' ? received.delivery.events : [];
}

async function post(url: string, { method, headers, body }: SampleRequest): Promise<TestedStep> {
  try {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, [TEST_HEADER]: '1' },
      ...(method === 'POST' && { body }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = (await answer.text()).slice(0, 200);
    const shown = `HTTP ${answer.status}${text && ` ${text}`}`;
    const place = new URL(url).pathname;
    return {
      ok: answer.ok,
      said: {
        ru: `Событие отправлено на ${place}, ответ провайдеру: ${shown}`,
        en: `The event was posted to ${place}; the provider would get ${shown}`,
      },
    };
  } catch {
    const { origin } = new URL(url);
    return {
      ok: false,
      said: {
        ru: `Адрес ${origin} не отвечает: запущен ли Otklik (npm start) и верен ли public_url?`,
        en: `${origin} does not answer: is Otklik running (npm start), and is public_url right?`,
      },
    };
  }
}

async function until<T>(look: () => Promise<T | null>, patienceMs = PATIENCE_MS): Promise<T | null> {
  for (const end = Date.now() + patienceMs; ; ) {
    const found = await look();
    if (found !== null || Date.now() >= end) return found;
    await pause(LOOK_EVERY_MS);
  }
}

const WORDS: Readonly<Record<string, LocalizedText>> = {
  message: { ru: 'сообщение', en: 'a message' },
  comment: { ru: 'комментарий', en: 'a comment' },
  'call ringing': { ru: 'звонок пошёл', en: 'a call rings' },
  'call answered': { ru: 'звонок принят', en: 'a call is answered' },
  'call ended': { ru: 'звонок окончен без разговора', en: 'a call ends without a talk' },
};

const heard = (events: readonly Event[]): TestedStep => {
  const words = events.map((event) => {
    const what = event.kind === 'call' ? `call ${event.call.phase}` : event.kind;
    return WORDS[what] ?? { ru: what, en: what };
  });
  const list = (locale: keyof LocalizedText): string => words.map((said) => said[locale]).join(', ');
  return {
    ok: true,
    said: { ru: `Понято так, от клиента: ${list('ru')}`, en: `Understood as, of the client: ${list('en')}` },
  };
};

function opened(wait: NamedWait, { people }: Config): TestedStep {
  const owner = people.get(wait.owner)?.name ?? wait.owner;
  const seconds = Math.round((wait.breach_at - wait.opened_at) / 1_000);
  const window = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return {
    ok: true,
    said: {
      ru: `Открыто ожидание: отвечает ${owner}, срок ${window}`,
      en: `A wait was opened: ${owner} is to answer within ${window}`,
    },
  };
}

function told(recipients: readonly string[] | null): TestedStep {
  if (recipients === null)
    return {
      ok: false,
      said: {
        ru: 'О пропущенном звонке никому не сообщено сразу: проверьте missed_call_at_once, after_hours и как людям писать. Сразу после запуска канал сначала догоняет пропущенное, до 30 секунд',
        en: 'Nobody was told of the missed call at once: check missed_call_at_once, after_hours, and how people are reached. Right after a start a channel first catches up, for up to 30 seconds',
      },
    };
  const list = recipients.join(', ');
  return {
    ok: true,
    said: {
      ru: `О пропущенном звонке сообщаем сразу: ${list}`,
      en: `The missed call is told at once: ${list}`,
    },
  };
}

const NOT_POSTED: TestedStep = {
  ok: false,
  said: {
    ru: 'В этот канал ничего не присылают, Otklik читает его сам: проверьте его через channel check',
    en: 'Nothing is posted to this channel, Otklik reads it itself: try channel check',
  },
};
const NO_ADDRESS: TestedStep = {
  ok: false,
  said: { ru: 'Задайте public_url в otklik.yaml', en: 'Set public_url in otklik.yaml' },
};
const NOTHING: TestedStep = {
  ok: false,
  said: { ru: 'Из события ничего не вышло', en: 'Nothing was made of the event' },
};
const NO_WAIT: TestedStep = {
  ok: false,
  said: {
    ru: 'Ожидание не открылось за 10 секунд: работает ли движок?',
    en: 'No wait was opened within 10 seconds: is the engine running?',
  },
};
const WAITED_ALREADY: TestedStep = {
  ok: false,
  said: {
    ru: 'Проверочный клиент уже ждёт с прошлого раза: закройте его обращение на доске и повторите',
    en: 'The client of the test waits already, since an earlier one: close their wait on the board and try again',
  },
};
const CLOSED: TestedStep = {
  ok: true,
  said: {
    ru: 'Проверочное ожидание закрыто: ответ не нужен',
    en: 'The wait of the test was closed: no reply needed',
  },
};
const NOT_CLOSED: TestedStep = {
  ok: false,
  said: { ru: 'Проверочное ожидание уже закрыто', en: 'The wait of the test was closed already' },
};
