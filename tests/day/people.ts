import { message, type Otklik } from '../e2e/otklik.ts';
import type { FakeMessage } from '../fakes/telegram/chat.ts';
import type { FakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { read } from './claims.ts';
import { BOT, type ChannelId, CLIENTS_BOT, SAID, WORKERS, type Worker } from './company.ts';
import type { ApiWait, Snapshot } from './truth.ts';

export interface Pressed {
  readonly worker: Worker;
  readonly client: string | null;
  readonly label: string;
  readonly at: number;
  readonly press: ReturnType<ReturnType<FakeTelegram['user']>['presses']>;
  answeredAt: number | null;
}
export interface Written {
  readonly worker: Worker;
  readonly text: string;
  readonly at: number;
  readonly messageId: number;
  /** For whom the words were. */
  readonly client: string | null;
}
interface Client {
  readonly name: string;
  readonly channel: ChannelId;
  readonly telegram: number | null;
}

/** The first answer may still be on its way. */
const AGAIN_AFTER_MS = 5_000;

/** The people of the day press, write, forget, step out and come back, by chances from one seed. */
export class People {
  readonly presses: Pressed[] = [];
  readonly writings: Written[] = [];
  readonly clients = new Map<string, Client>();
  readonly #world: { readonly telegram: FakeTelegram; readonly otklik: Otklik; random(): number };
  /** Cards that somebody has decided about, by chat and number. */
  readonly #seen = new Set<string>();
  readonly #later: { readonly at: number; readonly act: () => unknown }[] = [];
  readonly #old: { readonly worker: Worker; readonly messageId: number; readonly data: string }[] = [];

  #answered = 0;
  readonly #lastAnswer = new Map<string, number>();

  constructor(world: { telegram: FakeTelegram; otklik: Otklik; random(): number }) {
    this.#world = world;
  }

  chat(worker: Worker): readonly FakeMessage[] {
    return worker.telegram === null ? [] : this.#world.telegram.chat(BOT, worker.telegram).messages;
  }

  async clientComes(name: string): Promise<void> {
    const { telegram, otklik } = this.#world;
    const channel = this.#pick(['site', 'site', 'bot', 'bot', 'line', 'form'] as const);
    const said = this.#pick(SAID);
    const isBot = channel === 'bot';
    const id = 800_000 + this.clients.size;
    this.clients.set(name, { name, channel, telegram: isBot ? id : null });
    if (isBot) {
      const [firstName = '', lastName = ''] = name.split(' ');
      telegram.user({ id, firstName, lastName }).writes(CLIENTS_BOT, said);
    } else if (channel === 'line') await otklik.send('line', call('in', 'missed', name));
    else await otklik.send(channel, message('client', name, Date.now(), { text: said }));
  }

  /** Everybody looks at their phone. */
  async moment(snapshot: Snapshot): Promise<void> {
    const now = Date.now();
    for (const planned of this.#later.filter(({ at }) => at <= now)) {
      this.#later.splice(this.#later.indexOf(planned), 1);
      await planned.act();
    }
    for (const worker of WORKERS) {
      if (worker.telegram === null) await this.#answersFromMail(worker, snapshot);
      else await this.#looksAtPhone(worker, worker.telegram, snapshot);
    }
  }

  /** For the end of the day. */
  async answerAll({ waits }: Snapshot): Promise<void> {
    this.#later.length = 0;
    for (const wait of waits.values()) {
      const last = this.#lastAnswer.get(wait.id) ?? 0;
      if (wait.closed_at !== null || Date.now() - last < AGAIN_AFTER_MS) continue;
      this.#lastAnswer.set(wait.id, Date.now());
      await this.#answers(this.#worker(wait.owner), wait, null);
    }
  }

  async #answersFromMail(worker: Worker, { waits }: Snapshot): Promise<void> {
    for (const wait of waits.values())
      if (wait.closed_at === null && wait.owner === worker.id && this.#chance(0.02))
        await this.#answers(worker, wait, null);
  }

  async #looksAtPhone(worker: Worker, phone: number, snapshot: Snapshot): Promise<void> {
    const { telegram } = this.#world;
    const user = telegram.user({ id: phone, firstName: worker.name });
    const fromBot = this.chat(worker).filter(({ from }) => from === 'bot');
    for (const each of fromBot.slice(-12)) {
      const key = `${phone} ${each.messageId}`;
      const reading = read(each.text, false);
      if (reading.kind === 'card' && !this.#seen.has(key) && this.#chance(0.3)) {
        this.#seen.add(key);
        await this.#decides(worker, each, reading.claim.client, snapshot);
      } else if (reading.kind === 'list' && this.#chance(0.04))
        this.#press(worker, each, /^(Беру|Mine) \d/, null);
      else if (/Кому передать\?|Hand over to whom\?/.test(each.text) && this.#chance(0.5))
        this.#press(worker, each, /./, reading.kind === 'card' ? reading.claim.client : null);
      else if (/Почему вы не могли|Why could you not/.test(each.text) && this.#chance(0.5))
        this.#press(worker, each, /другим клиентом|another client|не работал|was down/, null);
      else if (/оспаривает просрочку|disputes a breach/.test(each.text) && this.#chance(0.2))
        this.#press(worker, each, /^(Принять|Отклонить|Accept|Reject)$/, null);
      else if (/Обновить|Refresh/.test(labels(each)) && this.#chance(0.05))
        this.#press(worker, each, /Обновить|Refresh|→|←/, null);
      else if (this.#chance(0.01)) this.#press(worker, each, /Не моя вина|Not my fault/, null);
    }
    if (this.#chance(0.04))
      this.#write(worker, this.#pick(['/waits', '/waits', '/stats', '/help', 'спасибо', '/nosuch']));
    if (this.#chance(0.004)) {
      this.#write(worker, '/away 2m');
      this.#plan(4_000, () => this.#write(worker, '/back'));
    }
    if (this.#chance(0.003)) this.#write(worker, '/lang');
    const stale = this.#pick(this.#old);
    if (stale && this.#chance(0.02)) {
      const { worker: whose, messageId, data } = stale;
      if (whose === worker)
        this.presses.push({
          worker,
          client: null,
          label: 'an old button',
          at: Date.now(),
          press: user.forges(BOT, messageId, data),
          answeredAt: null,
        });
    }
  }

  async #decides(worker: Worker, card: FakeMessage, client: string, { waits }: Snapshot): Promise<void> {
    const wait = waits.get(client);
    if (!wait || wait.closed_at !== null) return;
    const dice = this.#world.random();
    if (dice < 0.4) {
      this.#press(worker, card, /^(Беру|Mine)$/, client);
      this.#plan(1_000 + this.#world.random() * 5_000, () => this.#answers(worker, wait, card));
      if (this.#chance(0.15))
        this.#plan(800, () => this.#press(worker, card, /^(Отпустить|Release)$/, client));
    } else if (dice < 0.6) await this.#answers(worker, wait, card);
    else if (dice < 0.72) this.#press(worker, card, /^(Передать…|Hand over…)$/, client);
    else if (dice < 0.77) this.#press(worker, card, /^(Ответа не нужно|No reply needed)$/, client);
    // No time now; they look again later.
    else this.#plan(4_000, () => this.#seen.delete(`${worker.telegram} ${card.messageId}`));
  }

  /** By a reply to the card if the channel can carry it, else in the channel. */
  async #answers(worker: Worker, wait: ApiWait, card: FakeMessage | null): Promise<void> {
    const client = this.clients.get(wait.client ?? '');
    if (!client) return;
    this.#answered += 1;
    const words = `Добрый день! Отвечаю: ${wait.client} (${this.#answered})`;
    if (card !== null && worker.telegram !== null && (client.channel === 'bot' || this.#chance(0.1)))
      return this.#write(worker, words, card, client.name);
    const { otklik } = this.#world;
    if (client.channel === 'line')
      await otklik.send(
        'line',
        call('out', this.#chance(0.7) ? 'answered' : 'no_answer', client.name, worker.id),
      );
    else if (client.channel === 'bot')
      await otklik.api(`/waits/${wait.id}/no-reply-needed`, { method: 'POST' });
    else
      await otklik.send(
        client.channel,
        message('employee', client.name, Date.now(), {
          text: words,
          from: { side: 'employee', id: worker.id },
        }),
      );
  }

  #press(worker: Worker, on: FakeMessage, label: RegExp, client: string | null): void {
    if (worker.telegram === null) return;
    const buttons = on.buttons
      .flat()
      .flatMap((button) => ('callback_data' in button && label.test(button.text) ? [button] : []));
    const button = this.#pick(buttons);
    if (!button) return;
    this.#old.push({ worker, messageId: on.messageId, data: button.callback_data });
    const user = this.#world.telegram.user({ id: worker.telegram, firstName: worker.name });
    const press = user.presses(BOT, on.messageId, button.callback_data);
    this.presses.push({ worker, client, label: button.text, at: Date.now(), press, answeredAt: null });
  }

  #write(worker: Worker, text: string, to: FakeMessage | null = null, client: string | null = null): void {
    if (worker.telegram === null) return;
    const user = this.#world.telegram.user({ id: worker.telegram, firstName: worker.name });
    const messageId = user.writes(BOT, text, to === null ? {} : { replyTo: to.messageId });
    this.writings.push({ worker, text, at: Date.now(), messageId, client });
  }

  #plan(inMs: number, act: () => unknown): void {
    this.#later.push({ at: Date.now() + inMs, act });
  }
  #chance(of: number): boolean {
    return this.#world.random() < of;
  }
  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#world.random() * of.length)] as T;
  }
  #worker(id: string): Worker {
    const found = WORKERS.find((worker) => worker.id === id);
    if (!found) throw new Error(`nobody is called ${id}`);
    return found;
  }
}

const labels = (on: FakeMessage): string =>
  on.buttons
    .flat()
    .map(({ text }) => text)
    .join();

let calls = 0;
function call(
  direction: 'in' | 'out',
  outcome: 'answered' | 'missed' | 'no_answer',
  client: string,
  by: string | null = null,
) {
  calls += 1;
  const said = message(direction === 'in' ? 'client' : 'employee', client, Date.now());
  return {
    ...said,
    id: `call-${calls}/ended`,
    kind: 'call',
    text: null,
    call: { direction, phase: 'ended', outcome, talk_seconds: outcome === 'answered' ? 1 : 0 },
    ...(by !== null && { from: { side: 'employee', id: by } }),
  };
}
