import { pause } from '@otklik/timing';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import type { WaConnection } from './baileys/connection.ts';
import type { WhatsappChannel } from './config.ts';
import type { WhatsappPace } from './pace.ts';
import { forgetPairing, isCodeWanted, showPairing } from './pairing.ts';
import { both, NOT_LINKED } from './texts.ts';

/** Shows people the code to scan or type. */
export class Invitation {
  readonly #channel: WhatsappChannel;
  readonly #deps: Pick<ListenerDeps, 'memory' | 'now' | 'log'>;
  readonly #pace: WhatsappPace;
  readonly #write: (work: () => Promise<void>) => void;
  #qr: string | null = null;
  #code: string | null = null;
  #isShown = false;
  /** Why it must be linked again; null: it need not. */
  #lostBy: LocalizedText | null = null;

  /** @param write runs work in order, in the background. */
  constructor(
    channel: WhatsappChannel,
    deps: Pick<ListenerDeps, 'memory' | 'now' | 'log'>,
    pace: WhatsappPace,
    write: (work: () => Promise<void>) => void,
  ) {
    this.#channel = channel;
    this.#deps = deps;
    this.#pace = pace;
    this.#write = write;
  }

  get problem(): LocalizedText {
    return this.#lostBy === null ? NOT_LINKED : both(this.#lostBy, NOT_LINKED);
  }

  /** Whether people saw a code during the last connection. */
  get isShown(): boolean {
    return this.#isShown;
  }

  lost(why: LocalizedText): void {
    this.#lostBy = why;
  }

  showQr(payload: string): void {
    const { memory, now } = this.#deps;
    this.#qr = payload;
    this.#isShown = true;
    const code = this.#code;
    this.#write(() => showPairing(memory, { qr: payload, code, at: now() }));
  }

  linked(): void {
    this.#lostBy = null;
    this.#write(() => forgetPairing(this.#deps.memory));
  }

  /** Codes are valid for one connection. Also looks for a request for a code to type. */
  async serve(connection: WaConnection, closed: AbortSignal): Promise<void> {
    const { memory, now, log } = this.#deps;
    this.#isShown = false;
    this.#qr = null;
    this.#code = null;
    while (!closed.aborted) {
      await pause(this.#pace.wantedMs, closed);
      try {
        if (closed.aborted || this.#qr === null || this.#code !== null) continue;
        if (!(await isCodeWanted(memory, now()))) continue;
        this.#code = await connection.requestCode(this.#channel.phone);
        this.showQr(this.#qr);
      } catch (error) {
        log.warn({ channel: this.#channel.id, err: error }, 'a code to link by could not be asked for');
      }
    }
  }
}
