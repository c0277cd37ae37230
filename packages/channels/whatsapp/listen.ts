import type { Privacy } from '@otklik/domain';
import { backoffMs, pause } from '@otklik/timing';
import type { Edit, Edited, Listener, ListenerDeps, LocalizedText, Outgoing, Sent } from '../channel.ts';
import { afterClose, type Next, type Stage } from './afterClose.ts';
import type { Session } from './baileys/auth.ts';
import type { WaConnection } from './baileys/connection.ts';
import { retryCounts } from './baileys/retryCounts.ts';
import type { WhatsappChannel } from './config.ts';
import { Intake } from './intake.ts';
import { Invitation } from './invitation.ts';
import { phoneOfJid } from './jids.ts';
import { Journal } from './journal.ts';
import { WHATSAPP_PACE, type WhatsappPace } from './pace.ts';
import type { RawWaEvent, WaSelf } from './rawEvent.ts';
import { editOut, type SendOut, sendOut, sentMessage } from './send.ts';
import { Standing } from './standing.ts';
import { STRANGER, UNREADABLE, WRONG_KEY } from './texts.ts';
import { type Vault, vaultOf, WrongKeyError } from './vault.ts';

/** A seventh of the program, loaded only for such a channel. */
const library = () => import('./baileys/library.ts');

/** Replays what a crash left, connects, keeps, reconnects while that helps. Confirms only what the journal has. */
export function listenWhatsapp(
  channel: WhatsappChannel,
  privacy: Privacy,
  deps: ListenerDeps,
  pace: WhatsappPace = WHATSAPP_PACE,
): Listener {
  const stopping = new AbortController();
  const receiver = new Receiver(channel, privacy, deps, pace, stopping.signal);
  return {
    stop: () => stopping.abort(),
    done: receiver.run(),
    send: (outgoing) => receiver.send(outgoing),
    edit: (edit) => receiver.edit(edit),
  };
}

class Receiver {
  readonly #channel: WhatsappChannel;
  readonly #deps: ListenerDeps;
  readonly #pace: WhatsappPace;
  readonly #stopped: AbortSignal;
  readonly #vault: Vault;
  readonly #journal: Journal;
  readonly #intake: Intake;
  readonly #standing: Standing;
  readonly #invitation: Invitation;
  readonly #retryCounts = retryCounts();
  #self: WaSelf;
  #connection: WaConnection | null = null;
  #isOnline = false;
  #failures = 0;
  /** Background writes, in order. */
  #chores: Promise<void> = Promise.resolve();

  constructor(
    channel: WhatsappChannel,
    privacy: Privacy,
    deps: ListenerDeps,
    pace: WhatsappPace,
    stopped: AbortSignal,
  ) {
    this.#channel = channel;
    this.#deps = deps;
    this.#pace = pace;
    this.#stopped = stopped;
    this.#self = { pn: `${channel.phone.slice(1)}@s.whatsapp.net`, lid: null };
    this.#vault = vaultOf(channel.key.reveal(), channel.id);
    this.#journal = new Journal(deps.memory, this.#vault);
    this.#standing = new Standing(
      pace,
      () => ({
        heldBack: this.#connection?.isHoldingBack() === true,
        idle: this.#intake.isIdle,
        failing: this.#intake.isFailing,
      }),
      (state) => deps.report(state),
    );
    this.#invitation = new Invitation(channel, deps, pace, (work) => this.#later(work));
    this.#intake = new Intake({
      channel,
      privacy,
      deps,
      journal: this.#journal,
      pace,
      self: () => this.#self,
      changed: () => this.#standing.refresh(),
      otherAddress: async (jid) => (await this.#connection?.otherAddress(jid)) ?? null,
    });
  }

  async run(): Promise<void> {
    const keeping = this.#intake.run(this.#stopped);
    await this.#listen();
    await keeping;
    this.#standing.end();
  }

  send(outgoing: Outgoing): Promise<Sent> {
    return sendOut(outgoing, this.#sending());
  }

  edit(edit: Edit): Promise<Edited> {
    return editOut(edit, this.#sending());
  }

  #sending(): SendOut {
    const { memory, now } = this.#deps;
    const connection = this.#isOnline ? this.#connection : null;
    return { connection, memory, vault: this.#vault, ackMs: this.#pace.ackMs, now };
  }

  async #listen(): Promise<void> {
    while (!this.#stopped.aborted) {
      let session: Session;
      try {
        const { openSession } = await library();
        session = await openSession(this.#deps.memory, this.#vault);
        await this.#intake.idle();
        await this.#replay();
      } catch (error) {
        await this.#cannotOpen(error);
        continue;
      }
      if (this.#stopped.aborted) return;
      if (this.#isStranger(session)) await this.#goOn({ step: 'relink', problem: STRANGER });
      else {
        const code = await this.#connect(session);
        if (!this.#stopped.aborted) await this.#goOn(afterClose(code, this.#stageOf(session)));
      }
    }
  }

  /** Linked with another telephone than the channel's. */
  #isStranger({ creds, isLinked }: Session): boolean {
    return isLinked() && phoneOfJid(creds.me?.id ?? null) !== this.#channel.phone;
  }

  #stageOf(session: Session): Stage {
    if (session.isLinked()) return 'linked';
    return this.#invitation.isShown ? 'shown' : 'new';
  }

  async #cannotOpen(error: unknown): Promise<void> {
    if (error instanceof WrongKeyError) return await this.#stand(WRONG_KEY);
    this.#deps.log.error({ channel: this.#channel.id, err: error }, 'the session could not be read');
    await this.#wait(UNREADABLE);
  }

  /** Takes from the journal what a crash or a closed connection left. */
  async #replay(): Promise<void> {
    const entries = await this.#journal.leftOver();
    const { leftOverMessages } = await library();
    const messages = leftOverMessages(entries);
    for (const message of messages) this.#intake.push({ type: 'message', message });
    const readable = new Set(messages.map(({ journal }) => journal));
    const others = entries.filter(({ name }) => !readable.has(name));
    for (const { attrs } of others)
      await this.#deps.quarantine(
        { id: attrs.id, t: attrs.t },
        'a message from before a crash is unreadable',
      );
    await this.#journal.settle(others.map(({ name }) => name));
  }

  /** Resolves when the connection closes. */
  async #connect(session: Session): Promise<number | null> {
    const { memory } = this.#deps;
    const { connectWhatsapp } = await library();
    const closed = new AbortController();
    if (session.isLinked())
      this.#self = { pn: session.creds.me?.id ?? null, lid: session.creds.me?.lid ?? null };
    else if (this.#failures === 0) this.#standing.closed(this.#invitation.problem);
    const connection = connectWhatsapp({
      session,
      journal: this.#journal,
      webSocket: this.#channel.webSocket,
      on: (event) => this.#on(event),
      save: () => this.#later(() => this.#insist(session.save)),
      insist: (work) => this.#insist(work),
      sentMessage: (id) => sentMessage(id, memory, this.#vault),
      retryCounts: this.#retryCounts,
    });
    this.#connection = connection;
    const stop = () => connection.close();
    this.#stopped.addEventListener('abort', stop, { once: true });
    const watching = session.isLinked() ? null : this.#invitation.serve(connection, closed.signal);
    const code = await connection.closed;
    this.#stopped.removeEventListener('abort', stop);
    closed.abort();
    this.#connection = null;
    this.#isOnline = false;
    await watching;
    // The next connection reads what this one wrote.
    await this.#chores;
    return code;
  }

  #on(event: RawWaEvent): void {
    switch (event.type) {
      case 'message':
      case 'call':
        if (event.type === 'message' ? event.message.wasQueued : event.call.wasQueued)
          this.#standing.cameFromQueue();
        this.#intake.push(event);
        break;
      case 'alias':
        this.#intake.push(event);
        break;
      case 'qr':
        this.#invitation.showQr(event.payload);
        this.#standing.closed(this.#invitation.problem);
        break;
      case 'linked':
        this.#invitation.linked();
        break;
      case 'open':
        this.#opened(event.self);
        break;
      case 'drained':
        this.#standing.drained();
        break;
    }
  }

  #opened(self: WaSelf): void {
    this.#self = self;
    this.#isOnline = true;
    this.#failures = 0;
    this.#deps.log.info({ channel: this.#channel.id }, 'whatsapp is up');
    this.#standing.opened();
  }

  async #goOn(next: Next): Promise<void> {
    switch (next.step) {
      case 'again':
        // Never in a tight loop.
        this.#standing.closed(null);
        this.#failures += 1;
        if (this.#failures > 1) await pause(backoffMs(this.#pace, this.#failures - 1), this.#stopped);
        return;
      case 'backoff':
        return await this.#wait(next.problem);
      case 'stop':
        return await this.#stand(next.problem);
      case 'relink':
        this.#invitation.lost(next.problem);
        this.#deps.log.warn(
          { channel: this.#channel.id, problem: next.problem.en },
          'whatsapp must be linked anew',
        );
        await this.#insist(async () => (await library()).forgetSession(this.#deps.memory));
        return await this.#wait(this.#invitation.problem);
    }
  }

  async #wait(problem: LocalizedText): Promise<void> {
    this.#failures += 1;
    this.#standing.closed(problem);
    await pause(backoffMs(this.#pace, this.#failures), this.#stopped);
  }

  /** Waits until a person has acted. */
  async #stand(problem: LocalizedText): Promise<void> {
    this.#deps.log.error({ channel: this.#channel.id, problem: problem.en }, 'whatsapp stands still');
    this.#standing.closed(problem);
    if (this.#stopped.aborted) return;
    await new Promise<void>((resolve) => {
      this.#stopped.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #later(work: () => Promise<void>): void {
    this.#chores = this.#chores.then(work).catch((error) => {
      this.#deps.log.error(
        { channel: this.#channel.id, err: error },
        'whatsapp: something was not written down',
      );
    });
  }

  /** Retries until done. @throws when stopped first. */
  async #insist(work: () => Promise<void>): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        this.#deps.log.error({ channel: this.#channel.id, err: error }, 'whatsapp: memory is away');
        await pause(backoffMs(this.#pace, failures), this.#stopped);
        if (this.#stopped.aborted) throw error;
      }
    }
  }
}
