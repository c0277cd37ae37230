import { setTimeout as pause } from 'node:timers/promises';
import { channelOf, type Memory, type Received, type SampleRequest, TEST_HEADER } from '@otklik/channels';
import type { ChannelBase, Config } from '@otklik/config';
import type { EpochMs, Event, LocalizedText } from '@otklik/domain';
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
import {
  lasted,
  NO_ADDRESS,
  NO_WAIT,
  NOT_POSTED,
  NOTHING_UNDERSTOOD,
  notAnswered,
  posted,
  TEST_CLOSED,
  TEST_NOT_CLOSED,
  TOLD_NOBODY,
  toldAtOnce,
  understood,
  WAITED_ALREADY,
  waitOpened,
} from '@otklik/texts';

export interface TestedStep {
  readonly ok: boolean;
  readonly said: LocalizedText;
}

export interface ChannelTestDeps {
  readonly store: Store;
  config(): Config;
  rules(): RecordRules;
  now(): EpochMs;
  /** Base address of `/hooks`; null: not known. */
  hooksAt(): string | null;
}

const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Sends a client's event through the real route, as the provider would, and tells each step. Only the wait that it
 * opens is closed, as «no reply needed» by `actor`. No report or list counts it.
 */
export async function testChannel(
  channel: ChannelBase,
  deps: ChannelTestDeps,
  actor: string,
): Promise<TestedStep[]> {
  const now = deps.now();
  const sample = channelOf(channel).sample?.(channel, { config: deps.config(), now }) ?? null;
  if (sample === null) return [fault(NOT_POSTED)];
  const base = deps.hooksAt();
  if (base === null) return [fault(NO_ADDRESS)];
  const events = await read(channel, sample, deps);
  const answered = await post(`${base}/hooks/${channel.id}${sample.path}`, sample);
  if (!answered.ok) return [answered];
  const [event] = events;
  const heard = fine(understood(events.map(kindOf)));
  if (!event) return [answered, fault(NOTHING_UNDERSTOOD)];
  const found = await until(() => waitOfEvent(deps.store, event.channel, event.id));
  if (found === null) return [answered, heard, fault(NO_WAIT)];
  const { wait, isOpening } = found;
  if (!isOpening) return [answered, heard, fault(WAITED_ALREADY)];
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
    heard,
    opened(wait, deps.config()),
    ...(isCall(event) ? [pinged === null ? fault(TOLD_NOBODY) : fine(toldAtOnce(pinged))] : []),
    closed.outcome === 'done' ? fine(TEST_CLOSED) : fault(TEST_NOT_CLOSED),
  ];
}

const isCall = ({ kind }: Event): boolean => kind === 'call';

/** Reading is a function of the request. */
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
    const said = posted(new URL(url).pathname, shown);
    return answer.ok ? fine(said) : fault(said);
  } catch {
    return fault(notAnswered(new URL(url).origin));
  }
}

async function until<T>(look: () => Promise<T | null>, patienceMs = PATIENCE_MS): Promise<T | null> {
  for (const end = Date.now() + patienceMs; ; ) {
    const found = await look();
    if (found !== null || Date.now() >= end) return found;
    await pause(LOOK_EVERY_MS);
  }
}

const kindOf = (event: Event): string => (event.kind === 'call' ? `call ${event.call.phase}` : event.kind);

const fine = (said: LocalizedText): TestedStep => ({ ok: true, said });
const fault = (said: LocalizedText): TestedStep => ({ ok: false, said });

function opened({ owner, opened_at, breach_at }: NamedWait, { people }: Config): TestedStep {
  const window = breach_at - opened_at;
  return fine(
    waitOpened(people.get(owner)?.name ?? owner, { ru: lasted(window, 'ru'), en: lasted(window, 'en') }),
  );
}
