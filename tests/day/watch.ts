import type { FakeMessage, MessageVersion } from '../fakes/telegram/chat.ts';
import { type Reading, read } from './claims.ts';
import { askedAbout, clockOf, type Snapshot, untruths, untruthsOf } from './truth.ts';

/** How long an edit may lag behind a change. */
const LAGS_MS = 5_000;
/** A message is compared with the API's answers around its moment. */
export const AROUND_MS = 5_000;

const LOOKS_WITHIN_MS = 2_000;

export interface ReaderChat {
  readonly person: string;
  readonly messages: readonly FakeMessage[];
}
export interface ArrivedMail {
  readonly person: string;
  readonly at: number;
  readonly subject: string;
  readonly text: string;
}

/**
 * Reads every message after every look at the API. Pings and lists of pings must stay true; answers, pages of
 * `/waits` and mails must have been true when written.
 */
export class Watch {
  readonly complaints: string[] = [];
  /** Counts what was read: silence is no proof. */
  readonly seen = { cards: 0, lists: 0, pages: 0, mails: 0, changes: 0 };
  #snapshots: Snapshot[] = [];
  /** By message: what is untrue, and since when. */
  #falseSince = new Map<string, Map<string, number>>();
  #readings = new WeakMap<MessageVersion, Reading>();
  #judged = new Set<string>();
  /** By person: the clients they were told of, and when first. */
  #told = new Map<string, Map<string, number>>();

  #blind: { readonly from: number; readonly to: number }[] = [];
  /** By person: clients that their lists counted and did not name. */
  #unnamed = new Map<string, number>();

  /**
   * After a break in which nobody could edit, every message gets its time again; nothing is known of the break
   * itself.
   */
  pause(from: number): void {
    this.#falseSince.clear();
    this.#blind.push({ from: from - AROUND_MS, to: Date.now() + AROUND_MS });
  }

  isBlind(at: number): boolean {
    return this.#blind.some(({ from, to }) => from <= at && at <= to);
  }

  look(snapshot: Snapshot, chats: readonly ReaderChat[], mails: readonly ArrivedMail[]): void {
    const last = this.#snapshots.at(-1);
    // On a busy machine a look came late: nothing of that time can be compared.
    if (last && snapshot.at - last.at > LOOKS_WITHIN_MS)
      this.#blind.push({ from: last.at - AROUND_MS, to: snapshot.at + AROUND_MS });
    this.#snapshots = [...this.#snapshots.filter(({ at }) => at > snapshot.at - 60_000), snapshot];
    for (const { person, messages } of chats)
      for (const message of messages) this.#message(person, message, snapshot);
    for (const mail of mails) this.#mail(mail, snapshot.at);
  }

  /** Most messages are unchanged at the next look. */
  #read(version: MessageVersion, isPage: boolean): Reading {
    const before = this.#readings.get(version);
    const reading = before ?? read(version.text, isPage);
    if (!before) this.#readings.set(version, reading);
    return reading;
  }

  #message(person: string, message: FakeMessage, snapshot: Snapshot): void {
    if (message.from !== 'bot') return;
    const isPage = message.buttons.flat().some(({ text }) => text === 'Обновить' || text === 'Refresh');
    const reading = this.#read(message.current, isPage);
    if (reading.kind === 'words') return;
    const key = `${person} ${message.messageId}`;
    if (reading.kind === 'page') {
      this.#page(person, message, snapshot.at);
      return;
    }
    const told = this.#told.get(person) ?? new Map<string, number>();
    this.#told.set(person, told);
    for (const { client } of reading.kind === 'card' ? [reading.claim] : reading.claims)
      if (!told.has(client)) told.set(client, message.current.at);
    if (!this.#judged.has(key)) {
      this.#judged.add(key);
      this.seen[reading.kind === 'card' ? 'cards' : 'lists'] += 1;
      const more = reading.kind === 'card' ? 0 : reading.more;
      this.#unnamed.set(person, (this.#unnamed.get(person) ?? 0) + more);
    }
    const before = this.#falseSince.get(key) ?? new Map<string, number>();
    const wrong = new Map(
      untruthsOf(reading, person, snapshot).map((what) => [what, before.get(what) ?? snapshot.at]),
    );
    this.#falseSince.set(key, wrong);
    if (wrong.size > 0 && before.size === 0) this.seen.changes += 1;
    const lasting = [...wrong].filter(([, at]) => snapshot.at - at >= LAGS_MS).map(([what]) => what);
    if (lasting.length === 0) return;
    for (const what of lasting) wrong.set(what, Number.POSITIVE_INFINITY); // complain once
    this.complaints.push(`to ${person}: ${lasting.join('; ')}\n${message.text}`);
  }

  #page(person: string, message: FakeMessage, now: number): void {
    for (const version of message.versions) {
      const key = `${person} ${message.messageId} ${version.at}`;
      if (this.#judged.has(key) || now < version.at + AROUND_MS) continue;
      this.#judged.add(key);
      if (this.isBlind(version.at)) continue;
      this.seen.pages += 1;
      const reading = read(version.text, true);
      if (reading.kind !== 'page') continue;
      const told = [...(this.#told.get(person) ?? [])];
      const toldBy = (at: number) =>
        new Set(told.flatMap(([client, since]) => (since <= at ? [client] : [])));
      const counts = this.#around(version.at).flatMap((snapshot) =>
        [false, true].map(
          (later) =>
            askedAbout(person, toldBy(version.at + (later ? AROUND_MS : -AROUND_MS)), snapshot, later).length,
        ),
      );
      const [least, most] = [Math.min(...counts), Math.max(...counts) + (this.#unnamed.get(person) ?? 0)];
      const wrong = this.#neverSo(reading, person, version.at);
      if (reading.count < least || reading.count > most)
        wrong.push(`${reading.count} are said to wait, and ${least} to ${most} do`);
      if (wrong.length > 0) this.complaints.push(`to ${person}: ${wrong.join('; ')}\n${version.text}`);
    }
  }

  /** What was untrue at all moments around then. */
  #neverSo(reading: Reading, person: string, at: number): string[] {
    if (reading.kind === 'words') return [];
    const around = this.#around(at);
    return (reading.kind === 'card' ? [reading.claim] : reading.claims).flatMap((claim) => {
      const wrong = around.map((snapshot) => untruths(claim, person, snapshot));
      return wrong.some((each) => each.length === 0) ? [] : (wrong.at(-1) ?? []);
    });
  }

  #mail(mail: ArrivedMail, now: number): void {
    const key = `mail ${mail.person} ${mail.at} ${mail.subject}`;
    if (this.#judged.has(key) || now < mail.at + AROUND_MS) return;
    this.#judged.add(key);
    if (this.isBlind(mail.at)) return;
    this.seen.mails += 1;
    const reading = read(mail.text, false);
    if (reading.kind === 'words') return;
    const wrong = this.#neverSo(reading, mail.person, mail.at);
    if (wrong.length > 0)
      this.complaints.push(`mail to ${mail.person}: ${wrong.join('; ')}\n${mail.subject}\n${mail.text}`);
  }

  #around(from: number, to = from): Snapshot[] {
    return this.#snapshots.filter(({ at }) => from - AROUND_MS <= at && at <= to + AROUND_MS);
  }

  /** Whether it held at some moment between these, or shortly before or after. */
  wasSo(from: number, to: number, isSo: (snapshot: Snapshot) => boolean): boolean {
    return this.#around(from, to).some(isSo);
  }
}

/** What is untrue of the bot's answer to a press; null: nothing. Ask {@link AROUND_MS} later. */
export function untruthOfPress(
  said: string,
  about: {
    readonly client: string | null;
    readonly reader: string;
    readonly at: number;
    readonly answeredAt: number;
  },
  watch: Watch,
  name: (id: string) => string,
): string | null {
  const { client, reader, at, answeredAt } = about;
  if (client === null || watch.isBlind(at)) return null;
  const of = (isSo: (wait: NonNullable<ReturnType<Snapshot['waits']['get']>>) => boolean) =>
    watch.wasSo(at, answeredAt, ({ waits }) => {
      const wait = waits.get(client);
      return wait !== undefined && isSo(wait);
    });
  const time = /(?:Ответьте до|Срок вышел в|Answer by|Time ran out at) (\d\d:\d\d:\d\d)/.exec(said)?.[1];
  if (time !== undefined)
    return of((wait) => clockOf(wait.breach_at) === time && wait.taken_by === reader)
      ? null
      : `${said} — the window of ${client} ends otherwise, or it is not theirs`;
  const other = /^(?:Уже занимается (.+)\.|(.+) is on it already\.)$/.exec(said);
  if (other) {
    const taker = other[1] ?? other[2];
    return of((wait) => wait.taken_by !== null && name(wait.taken_by) === taker) ? null : `${said} — not so`;
  }
  if (/^(Отвечено за|Answered in|Клиент уже не ждёт|The client is not waiting)/.test(said))
    return of((wait) => wait.closed_at !== null) ? null : `${said} — ${client} waits`;
  if (/^(Записано: ответа не нужно|Noted: no reply needed)/.test(said))
    return of((wait) => wait.outcome === 'no_reply_needed') ? null : `${said} — not so`;
  const to = /^(?:Передано: ([^.]+)\.|Handed over to ([^.]+)\.)/.exec(said);
  if (to) {
    const owner = to[1] ?? to[2];
    return of((wait) => name(wait.owner) === owner) ? null : `${said} — the owner is another`;
  }
  if (/^(Клиент больше не за вами|It is not yours any more)/.test(said))
    return of((wait) => wait.taken_by !== reader) ? null : `${said} — it is theirs`;
  if (/^(Этого обращения больше нет|This request is no longer there)/.test(said))
    return `${said} — of ${client}, who is known`;
  return null;
}
