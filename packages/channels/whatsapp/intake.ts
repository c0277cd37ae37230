import { type EpochMs, type Event, MINUTE, type Privacy } from '@otklik/domain';
import { backoffMs, pause } from '@otklik/timing';
import type { ListenerDeps } from '../channel.ts';
import type { WhatsappChannel } from './config.ts';
import { personJid } from './jids.ts';
import type { Journal } from './journal.ts';
import { NOTHING, type Normalised, namesNeeded, normaliseMessage, type Reading } from './normalise.ts';
import { namesNeededForCall, normaliseCall } from './normaliseCall.ts';
import type { WhatsappPace } from './pace.ts';
import { factName, isAlone, placePerson } from './people.ts';
import type { RawWaEvent, WaSelf } from './rawEvent.ts';

export type Incoming = Extract<RawWaEvent, { type: 'message' | 'call' | 'alias' }>;

interface IntakeDeps {
  readonly channel: WhatsappChannel;
  readonly privacy: Privacy;
  readonly deps: ListenerDeps;
  readonly journal: Journal;
  readonly pace: WhatsappPace;
  self(): WaSelf;
  /** Called when the queue is empty, and when keeping starts or stops failing. */
  changed(): void;
  /** null when WhatsApp does not tell. */
  otherAddress(jid: string): Promise<string | null>;
}

const BATCH = 100;
const ASK_AGAIN_MS = 10 * MINUTE;
/** Bounds memory: asking again is cheap. */
const MOST_ASKED = 10_000;

/**
 * Events not yet durable, in order. A library listener that throws loses the message, so each batch is retried until
 * kept.
 */
export class Intake {
  readonly #given: IntakeDeps;
  readonly #waiting: Incoming[] = [];
  readonly #whenIdle: (() => void)[] = [];
  readonly #asked = new Map<string, { readonly at: EpochMs; readonly answer: Promise<string | null> }>();
  #isFailing = false;
  #isBusy = false;
  #wake = (): void => {};

  constructor(given: IntakeDeps) {
    this.#given = given;
  }

  /** Never throws. */
  push(event: Incoming): void {
    this.#waiting.push(event);
    this.#wake();
  }

  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.length === 0;
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Resolves when the queue is empty, or at the end. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** What is not kept by then is in the journal. */
  async run(stopped: AbortSignal): Promise<void> {
    stopped.addEventListener('abort', () => this.#wake(), { once: true });
    while (!stopped.aborted) {
      const batch = this.#waiting.splice(0, BATCH);
      if (batch.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#isBusy = true;
      await this.#keepAtLast(batch, stopped);
      this.#isBusy = false;
      this.#given.changed();
      if (this.isIdle) this.#tellIdle();
    }
    this.#tellIdle();
  }

  #tellIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #keepAtLast(batch: readonly Incoming[], stopped: AbortSignal): Promise<void> {
    const { deps, pace, channel } = this.#given;
    for (let failures = 1; !stopped.aborted; failures += 1) {
      try {
        await this.#keep(batch);
        this.#isFailing = false;
        return;
      } catch (error) {
        deps.log.error({ channel: channel.id, err: error }, 'whatsapp messages could not be kept');
        this.#isFailing = true;
        this.#given.changed();
        await pause(backoffMs(pace, failures), stopped);
      }
    }
  }

  /** Question and answer may come under different addresses, so the other one is looked up first. */
  async #paired(given: readonly Incoming[]): Promise<readonly Incoming[]> {
    const known = await this.#given.deps.memory.recall([...new Set(given.flatMap(namesOf))]);
    const pair = async (each: Incoming): Promise<Incoming> => {
      if (each.type !== 'message' || !each.message.fromMe) return each;
      const person = personJid(each.message.chat);
      if (person === null || !isAlone(person, each.message.chatAlt, known)) return each;
      return { ...each, message: { ...each.message, chatAlt: await this.#otherAddress(person.jid) } };
    };
    return await Promise.all(given.map(pair));
  }

  /** Remembers also that somebody has no other address. */
  #otherAddress(jid: string): Promise<string | null> {
    const now = this.#given.deps.now();
    const before = this.#asked.get(jid);
    if (before !== undefined && now - before.at < ASK_AGAIN_MS) return before.answer;
    if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
    const answer = this.#given.otherAddress(jid);
    this.#asked.set(jid, { at: now, answer });
    return answer;
  }

  async #keep(given: readonly Incoming[]): Promise<void> {
    const { deps, channel, privacy, journal, self } = this.#given;
    const batch = await this.#paired(given);
    const known = await deps.memory.recall([...new Set(batch.flatMap(namesOf))]);
    const facts = new Map<string, string>();
    const history = new Map<string, string>();
    const events: Event[] = [];
    for (const incoming of batch) {
      const reading = { channel, privacy, known, self: self(), receivedAt: deps.now() };
      const read = normalise(incoming, reading);
      events.push(...read.events);
      for (const [name, value] of read.facts) facts.set(name, value);
      for (const [name, value] of read.history) history.set(name, value);
      for (const [name, value] of [...read.facts, ...read.history]) known.set(name, value);
      if (read.fault !== null) await deps.quarantine(shownOf(incoming), read.fault);
    }
    if (events.length > 0) await deps.deliver({ events, staff: [] });
    if (facts.size > 0) await deps.memory.remember(facts, 'account');
    if (history.size > 0) await deps.memory.remember(history, 'history');
    await journal.settle(
      batch.flatMap((each) =>
        each.type === 'message' && each.message.journal !== null ? [each.message.journal] : [],
      ),
    );
  }
}

function normalise(incoming: Incoming, reading: Reading): Normalised {
  switch (incoming.type) {
    case 'message':
      return normaliseMessage(incoming.message, reading);
    case 'call':
      return normaliseCall(incoming.call, reading);
    case 'alias':
      return { ...NOTHING, facts: aliasFacts(incoming, reading.known) };
  }
}

function namesOf(incoming: Incoming): string[] {
  switch (incoming.type) {
    case 'message':
      return namesNeeded(incoming.message);
    case 'call':
      return namesNeededForCall(incoming.call);
    case 'alias':
      return [incoming.lid, incoming.pn]
        .map(personJid)
        .flatMap((person) => (person === null ? [] : [factName(person)]));
  }
}

function aliasFacts({ lid, pn }: { lid: string; pn: string }, known: Reading['known']): Normalised['facts'] {
  const person = personJid(lid);
  return person === null ? new Map() : placePerson(person, personJid(pn), known).learned;
}

/** Only addresses: the content was unreadable. */
function shownOf(incoming: Incoming): unknown {
  return incoming.type === 'message'
    ? { id: incoming.message.id, sentAt: incoming.message.sentAt, fromMe: incoming.message.fromMe }
    : { type: incoming.type };
}
