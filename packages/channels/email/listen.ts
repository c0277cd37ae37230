import { isDeepStrictEqual } from 'node:util';
import { DAY, type Event, keepText, type Privacy } from '@otklik/domain';
import { pause } from '@otklik/timing';
import type { ImapFlow } from 'imapflow';
import { z } from 'zod';
import type { Listener, ListenerDeps, ListenerState, StaffMail, ToldAside } from '../channel.ts';
import { connectionTo } from './account.ts';
import type { EmailChannel } from './config.ts';
import { type Cursor, type Place, readCursor } from './cursor.ts';
import { fetchMails } from './fetchMails.ts';
import { type Folder, foldersOf, isInbox } from './folders.ts';
import { gapsOf, MOST_FOLDERS } from './gaps.ts';
import type { Mail } from './mail.ts';
import { type Telling, tellingOf, untilNews, watchFolder } from './news.ts';
import { directionOf, namesNeeded, type Read, readMail } from './normalise.ts';
import { MAIL_PACE, type MailPace, reconnectAfterMs } from './pace.ts';
import { pingsAnswered, replyToPing } from './pingReply.ts';
import { isLasting, isRefusal, kept, mailboxProblem, NotKept } from './problems.ts';
import { type Stumble, stumbledAt, type Window, windowAt } from './windows.ts';

const MOST_AT_FIRST = 500;
/** Older mail was moved or imported: nobody waits. */
const STALE_AFTER_MS = 30 * DAY;

export interface MailboxDeps {
  readonly channel: EmailChannel;
  /** Addresses of our people. */
  readonly people: ReadonlySet<string>;
  readonly privacy: Privacy;
  /** Domain of the pings sent from this mailbox; null or absent: none are. */
  readonly pings?: string | null;
}

/**
 * Reads on connecting, on a notification, and on a timer. Notifications are hints: new UIDs decide. Marks and moves
 * nothing.
 */
export function listenMailbox(
  mailbox: MailboxDeps,
  deps: ListenerDeps,
  pace: MailPace = MAIL_PACE,
): Listener {
  const stopping = new AbortController();
  const reader = new MailboxReader(mailbox, deps, pace, stopping.signal);
  return {
    stop: () => stopping.abort(),
    done: reader.run(),
    readAgain: (asides) => reader.readAgain(asides),
  };
}

class MailboxReader {
  readonly #mailbox: MailboxDeps;
  readonly #deps: ListenerDeps;
  readonly #pace: MailPace;
  readonly #stopped: AbortSignal;
  #cursor: Cursor | null = null;
  #state: ListenerState | null = null;
  #caughtUp = false;
  /** Aborted when news may have come since the look began. */
  #news = new AbortController();
  /** UIDNEXT at the last opening, as STATUS may lag. */
  #inboxEnd = 0;
  /** Where reading last broke the connection. */
  #stumble: Stumble | null = null;

  constructor(mailbox: MailboxDeps, deps: ListenerDeps, pace: MailPace, stopped: AbortSignal) {
    this.#mailbox = mailbox;
    this.#deps = deps;
    this.#pace = pace;
    this.#stopped = stopped;
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.aborted) {
      const began = this.#deps.now();
      try {
        await this.#session(() => {
          failures = 0;
        });
      } catch (error) {
        if (this.#stopped.aborted) return;
        failures += 1;
        this.#complain(error);
        const delay = reconnectAfterMs(this.#pace, failures, this.#deps.now() - began);
        await pause(isLasting(error) ? this.#pace.maxBackoffMs : delay, this.#stopped);
      }
    }
  }

  /** Uses its own connection, so new mail does not wait. What left the mailbox stays quarantined. */
  async readAgain(asides: readonly ToldAside[]): Promise<void> {
    const client = await connectionTo(this.#mailbox.channel, this.#pace);
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    client.on('error', broken.reject);
    const work = async () => {
      await client.connect();
      const folders = foldersOf(await client.list(), this.#mailbox.channel, isGmail(client));
      for (const { body } of asides) {
        const found = await this.#readOneAgain(client, folders, body);
        if (!found) await this.#deps.quarantine(body, 'this mail is in the mailbox no more');
      }
    };
    try {
      await Promise.race([work(), broken.promise]);
    } finally {
      client.close();
    }
  }

  /** @returns whether the mailbox has it. */
  async #readOneAgain(client: ImapFlow, folders: readonly Folder[], body: unknown): Promise<boolean> {
    const { data } = unreadShape.safeParse(body);
    if (!data) return false;
    const isWhere = ({ path, role }: Folder) => ('uid' in data ? path === data.folder : role === data.folder);
    for (const { path, role } of folders.filter(isWhere)) {
      await client.mailboxOpen(path, { readOnly: true });
      const uids =
        'uid' in data
          ? [data.uid]
          : (await client.search({ header: { 'message-id': data.messageId } }, { uid: true })) || [];
      for (const uid of uids) {
        const mails = await fetchMails(client, role, { from: uid, to: uid }, (mail) => this.#isWanted(mail));
        await this.#keep(mails);
        if (mails.length > 0) return true;
      }
    }
    return false;
  }

  #complain(error: unknown): void {
    const problem = mailboxProblem(error);
    const cause = error instanceof NotKept ? { err: error.cause } : {};
    this.#deps.log.warn(
      { channel: this.#mailbox.channel.id, problem: problem.en, ...cause },
      'a mailbox cannot be read',
    );
    this.#report({ up: false, caughtUp: this.#caughtUp, problem, gaps: this.#state?.gaps ?? [] });
  }

  /** @throws when it breaks, or when what was read cannot be kept. */
  async #session(succeeded: () => void): Promise<void> {
    const client = await connectionTo(this.#mailbox.channel, this.#pace);
    const ended = new AbortController();
    let failure: unknown = null;
    client.on('error', (error) => {
      failure ??= error;
      ended.abort();
    });
    client.on('close', () => ended.abort());
    const stop = () => client.close();
    this.#stopped.addEventListener('abort', stop, { once: true });
    const over = new AbortController();
    let isWatched = false;
    try {
      await client.connect();
      const telling = tellingOf(client);
      for (;;) {
        // This look may miss what comes now.
        const news = new AbortController();
        this.#news = news;
        const before = await inboxEnd(client);
        const folders = foldersOf(await client.list(), this.#mailbox.channel, isGmail(client));
        const unreadable: string[] = [];
        for (const folder of folders.slice(0, MOST_FOLDERS)) {
          if (!(await this.#catchUp(client, folder))) unreadable.push(folder.path);
        }
        succeeded();
        this.#caughtUp = true;
        this.#report({ up: true, caughtUp: true, problem: null, gaps: gapsOf(folders, unreadable) });
        const sent = folders.find(({ role }) => role === 'sent');
        if (sent !== undefined && !isWatched) {
          isWatched = true;
          void this.#watch(sent.path, over.signal);
        }
        const signals = { ended: AbortSignal.any([ended.signal, this.#stopped]), news: news.signal };
        await this.#wait(client, telling, before, signals);
        if (this.#stopped.aborted) return;
        if (ended.signal.aborted) throw failure ?? new Error('the connection was closed');
      }
    } finally {
      this.#stopped.removeEventListener('abort', stop);
      over.abort();
      client.close();
    }
  }

  /** Waits for news in the inbox or sent mail, or for the next look. */
  async #wait(
    client: ImapFlow,
    telling: Telling,
    before: number,
    signals: { readonly ended: AbortSignal; readonly news: AbortSignal },
  ): Promise<void> {
    const { uidNext } = await client.mailboxOpen('INBOX', { readOnly: true });
    // Notifications cover only the time while the folder is open.
    const isNews = uidNext > Math.max(before, this.#inboxEnd);
    this.#inboxEnd = uidNext;
    if (isNews || signals.news.aborted) return;
    await untilNews(client, telling, this.#pace, signals);
  }

  #watch(path: string, over: AbortSignal): Promise<void> {
    return watchFolder({
      channel: this.#mailbox.channel,
      pace: this.#pace,
      now: () => this.#deps.now(),
      path,
      known: () => this.#cursor?.[path]?.lastUid ?? 0,
      tell: () => this.#news.abort(),
      signal: AbortSignal.any([over, this.#stopped]),
    });
  }

  /** @returns false when the server refuses the folder. */
  async #catchUp(client: ImapFlow, { path, role }: Folder): Promise<boolean> {
    const known = (await this.#untilKept(client, () => this.#loaded()))[path];
    const status = await client.status(path, { uidNext: true, uidValidity: true });
    if (status === false) return false;
    const last = Number(status.uidNext ?? 1) - 1;
    const uidValidity = String(status.uidValidity ?? '');
    const isSame = known?.uidValidity === uidValidity;
    if (isSame && last <= known.lastUid) return true;
    try {
      await client.mailboxOpen(path, { readOnly: true });
    } catch (error) {
      if (isRefusal(error) && !isInbox({ path })) return false;
      throw error;
    }
    const only = isSame ? null : await this.#latest(client);
    let next = isSame ? known.lastUid + 1 : Math.min(...(only ?? []), last + 1);
    while (next <= last && !this.#stopped.aborted) {
      const window = windowAt(path, next, last, this.#stumble);
      const mails = await this.#read(client, { path, role }, window, only);
      await this.#untilKept(client, () => this.#keep(mails));
      await this.#untilKept(client, () => this.#moveTo(path, { uidValidity, lastUid: window.to }));
      next = window.to + 1;
    }
    if (!isSame && !this.#stopped.aborted)
      await this.#untilKept(client, () => this.#moveTo(path, { uidValidity, lastUid: last }));
    return true;
  }

  /** Retries without reading again; new mail waits a second at most. @throws when the connection breaks. */
  async #untilKept<T>(client: ImapFlow, work: () => Promise<T>): Promise<T> {
    for (let isFirst = true; ; isFirst = false) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof NotKept) || this.#stopped.aborted) throw error;
        if (isFirst) this.#complain(error);
        await pause(Math.min(this.#pace.firstBackoffMs, this.#pace.askEveryMs), this.#stopped);
        // Servers close silent connections.
        await client.noop();
      }
    }
  }

  /** A mail that keeps breaking the connection is quarantined by its place. */
  async #read(
    client: ImapFlow,
    { path, role }: Folder,
    window: Window,
    only: ReadonlySet<number> | null,
  ): Promise<Mail[]> {
    const { from, to, how } = window;
    if (how === 'skip') {
      await this.#deps.quarantine({ folder: path, uid: from }, 'reading this mail breaks the connection');
      return [];
    }
    try {
      const range = { from, to, only, isBare: how === 'bare' };
      return await fetchMails(client, role, range, (mail) => this.#isWanted(mail));
    } catch (error) {
      this.#stumble = stumbledAt(path, window, this.#stumble);
      throw error;
    }
  }

  /** Finds the latest mails by date, for a new folder or new UIDs. */
  async #latest(client: ImapFlow): Promise<ReadonlySet<number>> {
    const since = new Date(this.#deps.now() - this.#pace.backMs);
    const found = (await client.search({ since }, { uid: true })) || [];
    return new Set(found.toSorted((a, b) => a - b).slice(-MOST_AT_FIRST));
  }

  /** Words are read only when they are kept or judged. */
  #isWanted(mail: Mail): boolean {
    const { channel, people, privacy } = this.#mailbox;
    if (pingsAnswered(mail, this.#mailbox).length > 0) return true;
    const direction = directionOf(mail, channel, people);
    if (direction === null || direction.way === 'claimed') return false;
    return privacy.text !== 'none' || direction.way === 'out';
  }

  async #keep(mails: readonly Mail[]): Promise<void> {
    const { memory, now } = this.#deps;
    const { channel, people, privacy } = this.#mailbox;
    if (mails.length === 0) return;
    const names = new Set(mails.flatMap((mail) => namesNeeded(mail, channel, people)));
    const known = await kept(memory.recall([...names]));
    const learned = new Map<string, string>();
    const events: Event[] = [];
    const staff: StaffMail[] = [];
    for (const mail of mails) {
      const about = pingsAnswered(mail, this.#mailbox);
      if (about.length > 0) {
        const reply = replyToPing(mail, about, this.#mailbox, now());
        if (reply !== null && now() - reply.at < STALE_AFTER_MS) staff.push(reply);
        continue;
      }
      const read = await this.#judge(mail, { channel, people, known, privacy, receivedAt: now() });
      for (const event of [read.event, read.bounce])
        if (event && now() - event.at < STALE_AFTER_MS) events.push(event);
      if (read.aside !== undefined && now() - (mail.internalDate ?? now()) < STALE_AFTER_MS)
        await kept(this.#deps.quarantine(asideOf(mail, privacy), read.aside, 'unproven'));
      for (const [name, value] of read.learned) {
        known.set(name, value);
        learned.set(name, value);
      }
    }
    if (events.length > 0 || staff.length > 0) await kept(this.#deps.deliver({ events, staff }));
    if (learned.size > 0) await kept(memory.remember(learned, 'history'));
  }

  /** One mail must not hold up others. */
  async #judge(mail: Mail, reading: Parameters<typeof readMail>[1]): Promise<Read> {
    try {
      return readMail(mail, reading);
    } catch (error) {
      const reason = `a mail could not be read: ${error instanceof Error ? error.name : 'error'}`;
      await this.#deps.quarantine(
        { messageId: mail.messageId, folder: mail.folder, size: mail.size },
        reason,
      );
      return { event: null, learned: new Map() };
    }
  }

  async #loaded(): Promise<Cursor> {
    this.#cursor ??= readCursor(await kept(this.#deps.loadCursor()));
    return this.#cursor;
  }

  async #moveTo(path: string, place: Place): Promise<void> {
    const next = { ...(await this.#loaded()), [path]: place };
    await kept(this.#deps.saveCursor(JSON.stringify(next)));
    this.#cursor = next;
  }

  #report(state: ListenerState): void {
    if (isDeepStrictEqual(this.#state, state)) return;
    this.#state = state;
    this.#deps.report(state);
  }
}

/** A mail's place, or its id and folder role. */
const unreadShape = z.union([
  z.object({ folder: z.string(), uid: z.number() }),
  z.object({ folder: z.string(), messageId: z.string() }),
]);

/** Enough to find the mail. */
const asideOf = (mail: Mail, privacy: Privacy) => ({
  from: mail.from?.address ?? null,
  to: mail.to.map(({ address }) => address).slice(0, MOST_SHOWN),
  subject: privacy.text === 'none' ? null : keepText(mail.subject, 'preview'),
  at: mail.internalDate === null ? null : new Date(mail.internalDate).toISOString(),
  messageId: mail.messageId,
});
const MOST_SHOWN = 5;

/** UIDNEXT of the inbox; infinity where the server does not say. */
async function inboxEnd(client: ImapFlow): Promise<number> {
  const status = await client.status('INBOX', { uidNext: true });
  return status === false ? Number.POSITIVE_INFINITY : Number(status.uidNext ?? Number.POSITIVE_INFINITY);
}

const isGmail = (client: ImapFlow): boolean => client.capabilities.has('X-GM-EXT-1');
