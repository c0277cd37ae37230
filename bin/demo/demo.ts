import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONFIG_FORMAT, signatureHeaders } from '@otklik/channels';
import { type Config, formatFault, readConfig } from '@otklik/config';
import { listWaits, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { CLIENTS, QUESTIONS, REPLIES, THANKS } from './script.ts';

const FILE = fileURLToPath(new URL('demo.yaml', import.meta.url));
/** Made anew at each start: nobody but the demo itself can write to its channels. */
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

export function demoConfig(): Config {
  const deps = { env: { DEMO_SECRET: SECRET }, readFile: (path: string) => readFileSync(path, 'utf8') };
  const result = readConfig(readFileSync(FILE, 'utf8'), FILE, deps, CONFIG_FORMAT);
  if (!result.ok) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.config;
}

const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T;
const MOST_LEFT = 500;
const NEW_CLIENT_EVERY_MS = [4_000, 11_000] as const;
/** How long the simulated employees take: some answer well in time, some after the warning, some too late, some hardly at all. */
const ANSWERS_AFTER_MS: readonly (readonly [number, number])[] = [
  [4_000, 12_000],
  [6_000, 14_000],
  [16_000, 28_000],
  [32_000, 70_000],
  [90_000, 150_000],
];

/** Clients who write and employees who answer, through the same signed webhooks that any script would use. Returns how to stop it. */
export async function startDemo(
  base: string,
  config: Config,
  store: Store,
  log: Log,
): Promise<() => Promise<void>> {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };
  const channels = [...config.channels.keys()];

  const send = async (channel: string, event: object) => {
    const body = JSON.stringify(event);
    const headers = {
      'content-type': 'application/json',
      ...signatureHeaders(SECRET, `demo_${randomUUID()}`, body, Date.now()),
    };
    try {
      const response = await fetch(`${base}/hooks/${channel}`, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(5_000),
      });
      if (!response.ok) log.warn({ channel, status: response.status }, 'the demo was refused');
    } catch (error) {
      log.warn({ err: error }, 'the demo could not send');
    }
  };

  const newClient = () => {
    const channel = pick(channels);
    const conversation = { thread: `demo-${randomUUID()}`, name: pick(CLIENTS) };
    if (channel === 'line') missedCall(conversation);
    else question(channel, conversation);
    after(randomInt(...NEW_CLIENT_EVERY_MS), newClient);
  };

  type Conversation = { thread: string; name: string };
  const event = (
    conversation: Conversation,
    side: 'client' | 'employee',
    kind: string,
    more: object,
    id: string = randomUUID(),
  ) => ({
    id,
    thread: conversation.thread,
    kind,
    at: new Date().toISOString(),
    from: side === 'client' ? { side, id: conversation.thread, name: conversation.name } : { side },
    ...more,
  });

  const question = (channel: string, conversation: Conversation) => {
    void send(
      channel,
      event(conversation, 'client', channel === 'social' ? 'comment' : 'message', { text: pick(QUESTIONS) }),
    );
    const owner = config.channels.get(channel)?.owner ?? null;
    after(randomInt(...pick(ANSWERS_AFTER_MS)), () => {
      const answer = event(conversation, 'employee', channel === 'social' ? 'comment' : 'message', {
        text: pick(REPLIES),
      });
      void send(channel, { ...answer, from: { side: 'employee', id: owner } });
      if (randomInt(4) === 0)
        after(
          randomInt(3_000, 9_000),
          () => void send(channel, event(conversation, 'client', 'message', { text: pick(THANKS) })),
        );
    });
  };

  const missedCall = (conversation: Conversation) => {
    const id = randomUUID();
    const call = (direction: 'in' | 'out', phase: string, outcome: string | null, talk: number) => ({
      call: { direction, phase, outcome, talk_seconds: talk },
    });
    void send('line', event(conversation, 'client', 'call', call('in', 'ringing', null, 0), `${id}/ringing`));
    after(
      3_000,
      () =>
        void send(
          'line',
          event(conversation, 'client', 'call', call('in', 'ended', 'missed', 0), `${id}/ended`),
        ),
    );
    after(randomInt(...pick(ANSWERS_AFTER_MS)) + 4_000, () => {
      const back = event(
        conversation,
        'employee',
        'call',
        call('out', 'ended', 'answered', 45),
        `${randomUUID()}/ended`,
      );
      void send('line', { ...back, from: { side: 'employee', id: 'boris' } });
    });
  };

  // Whoever was left waiting by an earlier run has nobody to answer them any more.
  const left = await listWaits(store, { scope: { all: true }, state: 'open', limit: MOST_LEFT });
  for (const wait of left.items) {
    const answer = event({ thread: wait.thread, name: '' }, 'employee', 'message', { text: pick(REPLIES) });
    await send(wait.channel, { ...answer, from: { side: 'employee', id: wait.owner } });
  }
  newClient();
  after(1_500, newClient);
  return async () => {
    for (const timer of timers) clearTimeout(timer);
  };
}
