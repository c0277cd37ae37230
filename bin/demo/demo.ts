import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CONFIG_FORMAT, signatureHeaders } from '@otklik/channels';
import { type Config, formatFault, readConfig } from '@otklik/config';
import { listWaits, type Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { CLIENTS, QUESTIONS, REPLIES, THANKS } from './script.ts';

const FILE = fileURLToPath(new URL('demo.yaml', import.meta.url));
/** New at each start: only the demo can write to its channels. */
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
/** How long employees take: some in time, some after the warning, some too late, some hardly ever. */
const ANSWERS_AFTER_MS: readonly (readonly [number, number])[] = [
  [4_000, 12_000],
  [6_000, 14_000],
  [16_000, 28_000],
  [32_000, 70_000],
  [90_000, 150_000],
];

interface Conversation {
  readonly thread: string;
  readonly name: string;
}

interface Stage {
  readonly config: Config;
  /** Runs it later, unless the demo has stopped. */
  after(ms: number, act: () => void): void;
  send(channel: string, event: object): Promise<void>;
}

/** Simulated clients and employees, through the same signed webhooks as any script. Returns how to stop them. */
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
  const stage: Stage = { config, after, send: signedSender(base, log) };
  await answerEarlierRun(stage, store);
  const channels = [...config.channels.keys()];
  const newClient = () => {
    const channel = pick(channels);
    const conversation = { thread: `demo-${randomUUID()}`, name: pick(CLIENTS) };
    if (channel === 'line') missedCall(stage, conversation);
    else question(stage, channel, conversation);
    after(randomInt(...NEW_CLIENT_EVERY_MS), newClient);
  };
  newClient();
  after(1_500, newClient);
  return async () => {
    for (const timer of timers) clearTimeout(timer);
  };
}

const signedSender =
  (base: string, log: Log): Stage['send'] =>
  async (channel, event) => {
    const body = JSON.stringify(event);
    const headers = {
      'content-type': 'application/json',
      ...signatureHeaders(SECRET, `demo_${randomUUID()}`, body, Date.now()),
    };
    const signal = AbortSignal.timeout(5_000);
    try {
      const response = await fetch(`${base}/hooks/${channel}`, { method: 'POST', headers, body, signal });
      if (!response.ok) log.warn({ channel, status: response.status }, 'the demo was refused');
    } catch (error) {
      log.warn({ err: error }, 'the demo could not send');
    }
  };

/** Nobody else answers the clients of an earlier run any more. */
async function answerEarlierRun({ send }: Stage, store: Store): Promise<void> {
  const left = await listWaits(store, { scope: { all: true }, state: 'open', limit: MOST_LEFT });
  for (const wait of left.items) {
    const said = eventOf({ thread: wait.thread, name: '' }, 'employee', 'message', { text: pick(REPLIES) });
    await send(wait.channel, { ...said, from: { side: 'employee', id: wait.owner } });
  }
}

function question({ config, after, send }: Stage, channel: string, conversation: Conversation): void {
  const kind = channel === 'social' ? 'comment' : 'message';
  void send(channel, eventOf(conversation, 'client', kind, { text: pick(QUESTIONS) }));
  const owner = config.channels.get(channel)?.owner ?? null;
  after(randomInt(...pick(ANSWERS_AFTER_MS)), () => {
    const answer = eventOf(conversation, 'employee', kind, { text: pick(REPLIES) });
    void send(channel, { ...answer, from: { side: 'employee', id: owner } });
    if (randomInt(4) !== 0) return;
    after(randomInt(3_000, 9_000), () => {
      void send(channel, eventOf(conversation, 'client', 'message', { text: pick(THANKS) }));
    });
  });
}

function missedCall({ after, send }: Stage, conversation: Conversation): void {
  const id = randomUUID();
  const call = (direction: 'in' | 'out', phase: string, outcome: string | null, talk: number) => ({
    call: { direction, phase, outcome, talk_seconds: talk },
  });
  const rings = (phase: string, outcome: string | null) =>
    void send(
      'line',
      eventOf(conversation, 'client', 'call', call('in', phase, outcome, 0), `${id}/${phase}`),
    );
  rings('ringing', null);
  after(3_000, () => rings('ended', 'missed'));
  after(randomInt(...pick(ANSWERS_AFTER_MS)) + 4_000, () => {
    const talk = call('out', 'ended', 'answered', 45);
    const back = eventOf(conversation, 'employee', 'call', talk, `${randomUUID()}/ended`);
    void send('line', { ...back, from: { side: 'employee', id: 'boris' } });
  });
}

const eventOf = (
  { thread, name }: Conversation,
  side: 'client' | 'employee',
  kind: string,
  more: object,
  id: string = randomUUID(),
) => ({
  id,
  thread,
  kind,
  at: new Date().toISOString(),
  from: side === 'client' ? { side, id: thread, name } : { side },
  ...more,
});
