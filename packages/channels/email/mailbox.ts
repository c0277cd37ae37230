import { isDeepStrictEqual } from 'node:util';
import type { EmailChannel } from '@otklik/config';
import type { Event, Privacy } from '@otklik/domain';
import type { ImapFlow } from 'imapflow';
import type { Listener, ListenerState, ListenerWorld, Said } from '../channel.ts';
import { backoffMs, pause } from '../telegram/pace.ts';
import { connectionTo } from './account.ts';
import { type Cursor, type Place, readCursor } from './cursor.ts';
import { fetchMails } from './fetchMails.ts';
import { type Folder, foldersOf } from './folders.ts';
import type { Mail } from './mail.ts';
import { directionOf, namesNeeded, type Read, readMail } from './normalise.ts';
import { MAIL_PACE, type MailPace } from './pace.ts';
import { isLasting, mailboxProblem } from './problems.ts';

/** So many mails are kept at a time. */
const WINDOW = 200;
const MOST_AT_FIRST = 500;

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
          { channel: this.#mailbox.channel.id, problem: problem.en },
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
        for (const folder of folders) await this.#catchUp(client, folder);
        succeeded();
        this.#caughtUp = true;
        this.#report({ up: true, caughtUp: true, problem: null, gaps: gapsOf(folders) });
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

  async #catchUp(client: ImapFlow, folder: Folder): Promise<void> {
    const known = (await this.#loaded())[folder.path];
    const status = await client.status(folder.path, { uidNext: true, uidValidity: true });
    // Somebody has just removed it.
    if (status === false) return;
    const uidNext = Number(status.uidNext ?? 1);
    const uidValidity = String(status.uidValidity ?? '');
    const isSame = known?.uidValidity === uidValidity;
    if (isSame && uidNext - 1 <= known.lastUid) return;
    await client.mailboxOpen(folder.path, { readOnly: true });
    let next = isSame ? known.lastUid + 1 : await this.#firstUid(client, uidNext);
    while (next < uidNext && !this.#stopped.aborted) {
      const to = Math.min(next + WINDOW - 1, uidNext - 1);
      await this.#keep(
        await fetchMails(client, folder.role, { from: next, to }, (mail) => this.#isWanted(mail)),
      );
      await this.#moveTo(folder.path, { uidValidity, lastUid: to });
      next = to + 1;
    }
    if (this.#cursor?.[folder.path] === undefined || !isSame)
      await this.#moveTo(folder.path, { uidValidity, lastUid: uidNext - 1 });
  }

  /** A folder that is new to us, or whose UIDs are: the latest mails, found by their date. */
  async #firstUid(client: ImapFlow, uidNext: number): Promise<number> {
    const since = new Date(this.#world.now() - this.#pace.backMs);
    const found = (await client.search({ since }, { uid: true })) || [];
    return found.length === 0 ? uidNext : Math.max(Math.min(...found.slice(-MOST_AT_FIRST)), 1);
  }

  /** Of mails that are nobody's, or when no words are kept or judged, none are read. */
  #isWanted(mail: Mail): boolean {
    const { channel, people, privacy } = this.#mailbox;
    const direction = directionOf(mail, channel, people);
    return direction !== null && (privacy.text !== 'none' || direction.way === 'out');
  }

  async #keep(mails: readonly { readonly mail: Mail }[]): Promise<void> {
    const { memory, now } = this.#world;
    const { channel, people, privacy } = this.#mailbox;
    if (mails.length === 0) return;
    const known = await memory.recall([
      ...new Set(mails.flatMap(({ mail }) => namesNeeded(mail, channel, people))),
    ]);
    const learned = new Map<string, string>();
    const events: Event[] = [];
    for (const { mail } of mails) {
      const read = await this.#read(mail, { channel, people, known, privacy, receivedAt: now() });
      if (read.event !== null) events.push(read.event);
      for (const [name, value] of read.learned) {
        known.set(name, value);
        learned.set(name, value);
      }
    }
    if (events.length > 0) await this.#world.deliver({ events, staff: [] });
    if (learned.size > 0) await memory.remember(learned, 'history');
  }

  /** Reading is written not to throw; if it does all the same, one mail must not hold up all others. */
  async #read(mail: Mail, reading: Parameters<typeof readMail>[1]): Promise<Read> {
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
    this.#cursor ??= readCursor(await this.#world.loadCursor());
    return this.#cursor;
  }

  async #moveTo(path: string, place: Place): Promise<void> {
    const next = { ...(await this.#loaded()), [path]: place };
    await this.#world.saveCursor(JSON.stringify(next));
    this.#cursor = next;
  }

  #report(state: ListenerState): void {
    if (isDeepStrictEqual(this.#state, state)) return;
    this.#state = state;
    this.#world.report(state);
  }
}

const isGmail = (client: ImapFlow): boolean => client.capabilities.has('X-GM-EXT-1');

function gapsOf(folders: readonly Folder[]): Said[] {
  const hasSent = folders.some(({ role }) => role === 'sent');
  return hasSent ? [] : [NO_SENT];
}

const NO_SENT: Said = {
  ru: 'папка отправленных не найдена, ответов не видно: укажите её в настройках (sent)',
  en: 'the folder of sent mail was not found, so answers are not seen: name it in the config (sent)',
};
