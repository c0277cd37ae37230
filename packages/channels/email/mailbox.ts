import { isDeepStrictEqual } from 'node:util';
import type { EmailChannel } from '@otklik/config';
import { DAY, type Event, keepText, type Privacy } from '@otklik/domain';
import type { ImapFlow } from 'imapflow';
import type { Listener, ListenerState, ListenerWorld } from '../channel.ts';
import { backoffMs, pause } from '../telegram/pace.ts';
import { connectionTo } from './account.ts';
import { type Cursor, type Place, readCursor } from './cursor.ts';
import { fetchMails } from './fetchMails.ts';
import { type Folder, foldersOf, isInbox } from './folders.ts';
import { gapsOf, MOST_FOLDERS } from './gaps.ts';
import type { Mail } from './mail.ts';
import { directionOf, namesNeeded, type Read, readMail } from './normalise.ts';
import { MAIL_PACE, type MailPace } from './pace.ts';
import { isLasting, isRefusal, kept, mailboxProblem, NotKept } from './problems.ts';
import { type Stumble, stumbledAt, type Window, windowAt } from './windows.ts';

const MOST_AT_FIRST = 500;
/** What turns up that is older was put there by a person or a program (an archive, a move to another provider): nobody waits. */
const STALE_AFTER_MS = 30 * DAY;

export interface MailboxWorld {
  readonly channel: EmailChannel;
  /** Our people's own addresses. */
  readonly people: ReadonlySet<string>;
  readonly privacy: Privacy;
}

/**
 * Reads a mailbox: connects, reads what came since, and looks again whenever the server tells of something, and on a timer. The server's
 * word is only a hint: what counts is which UIDs are new. Nothing is marked as read, and nothing is moved.
 */
export function listenMailbox(
  mailbox: MailboxWorld,
  world: ListenerWorld,
  pace: MailPace = MAIL_PACE,
): Listener {
  const stopping = new AbortController();
  const reader = new MailboxReader(mailbox, world, pace, stopping.signal);
  return { stop: () => stopping.abort(), done: reader.run() };
}

class MailboxReader {
  readonly #mailbox: MailboxWorld;
  readonly #world: ListenerWorld;
  readonly #pace: MailPace;
  readonly #stopped: AbortSignal;
  #cursor: Cursor | null = null;
  #state: ListenerState | null = null;
  #caughtUp = false;
  /** Where reading broke the connection last; null when it did not. */
  #stumble: Stumble | null = null;

  constructor(mailbox: MailboxWorld, world: ListenerWorld, pace: MailPace, stopped: AbortSignal) {
    this.#mailbox = mailbox;
    this.#world = world;
    this.#pace = pace;
    this.#stopped = stopped;
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.aborted) {
      try {
        await this.#session(() => {
          failures = 0;
        });
      } catch (error) {
        if (this.#stopped.aborted) return;
        failures += 1;
        const problem = mailboxProblem(error);
        this.#world.log.warn(
          {
            channel: this.#mailbox.channel.id,
            problem: problem.en,
            ...(error instanceof NotKept ? { err: error.cause } : {}),
          },
          'a mailbox cannot be read',
        );
        this.#report({ up: false, caughtUp: this.#caughtUp, problem, gaps: this.#state?.gaps ?? [] });
        const delay = isLasting(error) ? this.#pace.maxBackoffMs : backoffMs(this.#pace, failures);
        await pause(delay, this.#stopped);
      }
    }
  }

  /** One connection, from its beginning to its end. @throws when it breaks, or when what was read cannot be kept. */
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
    try {
      await client.connect();
      for (;;) {
        const folders = foldersOf(await client.list(), this.#mailbox.channel, isGmail(client));
        const unreadable: string[] = [];
        for (const folder of folders.slice(0, MOST_FOLDERS)) {
          if (!(await this.#catchUp(client, folder))) unreadable.push(folder.path);
        }
        succeeded();
        this.#caughtUp = true;
        this.#report({ up: true, caughtUp: true, problem: null, gaps: gapsOf(folders, unreadable) });
        await this.#wait(client, ended.signal);
        if (this.#stopped.aborted) return;
        if (ended.signal.aborted) throw failure ?? new Error('the connection was closed');
      }
    } finally {
      this.#stopped.removeEventListener('abort', stop);
      client.close();
    }
  }

  /** Until the server tells of something in the inbox, or it is time to look through the folders. */
  async #wait(client: ImapFlow, ended: AbortSignal): Promise<void> {
    await client.mailboxOpen('INBOX', { readOnly: true });
    const woken = new AbortController();
    const wake = () => woken.abort();
    client.once('exists', wake);
    const idling = client.idle().catch(wake);
    await pause(this.#pace.lookEveryMs, AbortSignal.any([woken.signal, ended, this.#stopped]));
    client.off('exists', wake);
    if (ended.aborted || this.#stopped.aborted) return;
    // Any command ends the idling; a server that does not answer it any more is a dead connection.
    await client.noop();
    await idling;
  }

  /** @returns false when the server does not let us into the folder. */
  async #catchUp(client: ImapFlow, { path, role }: Folder): Promise<boolean> {
    const known = (await this.#loaded())[path];
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
      await this.#keep(await this.#read(client, { path, role }, window, only));
      await this.#moveTo(path, { uidValidity, lastUid: window.to });
      next = window.to + 1;
    }
    if (!isSame && !this.#stopped.aborted) await this.#moveTo(path, { uidValidity, lastUid: last });
    return true;
  }

  /** The mails of a window; what breaks the connection again and again is kept aside by its place. */
  async #read(
    client: ImapFlow,
    { path, role }: Folder,
    window: Window,
    only: ReadonlySet<number> | null,
  ): Promise<Mail[]> {
    const { from, to, how } = window;
    if (how === 'skip') {
      await this.#world.quarantine({ folder: path, uid: from }, 'reading this mail breaks the connection');
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

  /** Of a folder that is new to us, or whose UIDs are: the latest mails, found by their date. */
  async #latest(client: ImapFlow): Promise<ReadonlySet<number>> {
    const since = new Date(this.#world.now() - this.#pace.backMs);
    const found = (await client.search({ since }, { uid: true })) || [];
    return new Set(found.toSorted((a, b) => a - b).slice(-MOST_AT_FIRST));
  }

  /** Of mails that are nobody's, or when no words are kept or judged, none are read. */
  #isWanted(mail: Mail): boolean {
    const { channel, people, privacy } = this.#mailbox;
    const direction = directionOf(mail, channel, people);
    if (direction === null || direction.way === 'claimed') return false;
    return privacy.text !== 'none' || direction.way === 'out';
  }

  async #keep(mails: readonly Mail[]): Promise<void> {
    const { memory, now } = this.#world;
    const { channel, people, privacy } = this.#mailbox;
    if (mails.length === 0) return;
    const names = new Set(mails.flatMap((mail) => namesNeeded(mail, channel, people)));
    const known = await kept(memory.recall([...names]));
    const learned = new Map<string, string>();
    const events: Event[] = [];
    for (const mail of mails) {
      const read = await this.#judge(mail, { channel, people, known, privacy, receivedAt: now() });
      for (const event of [read.event, read.bounce])
        if (event && now() - event.at < STALE_AFTER_MS) events.push(event);
      if (read.aside !== undefined && now() - (mail.internalDate ?? now()) < STALE_AFTER_MS)
        await kept(this.#world.quarantine(asideOf(mail, privacy), read.aside, 'unproven'));
      for (const [name, value] of read.learned) {
        known.set(name, value);
        learned.set(name, value);
      }
    }
    if (events.length > 0) await kept(this.#world.deliver({ events, staff: [] }));
    if (learned.size > 0) await kept(memory.remember(learned, 'history'));
  }

  /** Reading is written not to throw; if it does all the same, one mail must not hold up all others. */
  async #judge(mail: Mail, reading: Parameters<typeof readMail>[1]): Promise<Read> {
    try {
      return readMail(mail, reading);
    } catch (error) {
      const reason = `a mail could not be read: ${error instanceof Error ? error.name : 'error'}`;
      await this.#world.quarantine(
        { messageId: mail.messageId, folder: mail.folder, size: mail.size },
        reason,
      );
      return { event: null, learned: new Map() };
    }
  }

  async #loaded(): Promise<Cursor> {
    this.#cursor ??= readCursor(await kept(this.#world.loadCursor()));
    return this.#cursor;
  }

  async #moveTo(path: string, place: Place): Promise<void> {
    const next = { ...(await this.#loaded()), [path]: place };
    await kept(this.#world.saveCursor(JSON.stringify(next)));
    this.#cursor = next;
  }

  #report(state: ListenerState): void {
    if (isDeepStrictEqual(this.#state, state)) return;
    this.#state = state;
    this.#world.report(state);
  }
}

/** What a person needs to find it in the mailbox. */
const asideOf = (mail: Mail, privacy: Privacy) => ({
  from: mail.from?.address ?? null,
  to: mail.to.map(({ address }) => address).slice(0, MOST_SHOWN),
  subject: privacy.text === 'none' ? null : keepText(mail.subject, 'preview'),
  at: mail.internalDate === null ? null : new Date(mail.internalDate).toISOString(),
  messageId: mail.messageId,
});
const MOST_SHOWN = 5;

const isGmail = (client: ImapFlow): boolean => client.capabilities.has('X-GM-EXT-1');
