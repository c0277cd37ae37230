import { type DurationMs, SECOND } from '@otklik/domain';
import { pause } from '@otklik/timing';
import {
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  getAllBinaryNodeChildren,
  getBinaryNodeChild,
  makeWASocket,
  proto,
  type SocketConfig,
  type WAMessage,
} from '@whiskeysockets/baileys';
import type { OutgoingFile } from '../../files.ts';
import { isPosting } from '../jids.ts';
import type { Journal } from '../journal.ts';
import type { RawWaEvent, WaSelf } from '../rawEvent.ts';
import type { Session } from './auth.ts';
import { fileMessage } from './fileMessage.ts';
import { envelopeOf, journalled, journalNameOf, noteStanza, type Stanzas } from './journalled.ts';
import { mediaAgentFor } from './plainAgent.ts';
import { muteLibsignal, QUIET } from './quiet.ts';
import { rawCall, rawMessage } from './rawMessage.ts';

/** One live connection to WhatsApp. Used once: after `closed` another one is made. */
export interface WaConnection {
  /** The code of the closing (see afterClose.ts); null when there was none. Never rejects. */
  readonly closed: Promise<number | null>;
  close(): void;
  /** Whether the library keeps events to itself at the moment. */
  isHoldingBack(): boolean;
  /** A code to link by instead of the QR code. Only while there is one. Rejects when the connection is lost. */
  requestCode(phone: string): Promise<string>;
  /** Somebody's other address (LID for number, number for LID), as WhatsApp tells it; null when it does not, or not in time. */
  otherAddress(jid: string): Promise<string | null>;
  /** Resolves when the server has the message: with its error code, or null. Rejects when it does not answer. */
  send(jid: string, text: string, id: string, ackMs: DurationMs): Promise<string | null>;
  /** See {@link fileMessage}. */
  prepareFile(file: OutgoingFile, caption: string): Promise<Uint8Array>;
  /** The same as `send`, of a message that is ready. */
  sendPrepared(jid: string, message: Uint8Array, id: string, ackMs: DurationMs): Promise<string | null>;
  /** The same, of words that take the place of those of our message `of`. */
  edit(jid: string, of: string, text: string, id: string, ackMs: DurationMs): Promise<string | null>;
}

export interface WaConnectionOptions {
  readonly session: Session;
  readonly journal: Journal;
  readonly webSocket: string;
  /** Must not throw. */
  on(event: RawWaEvent): void;
  /** Resolves when what `creds` is now is durable. */
  save(): void;
  /** Keeps a plaintext in the journal, however often it must be tried. */
  insist(work: () => Promise<void>): Promise<void>;
  /** A message of ours that somebody could not decrypt and asks for again: its text, or all of it, encoded. */
  sentMessage(id: string): Promise<string | Uint8Array | null>;
  readonly retryCounts: NonNullable<SocketConfig['msgRetryCounterCache']>;
}

/** As the telephone's list of linked devices shows us. */
const BROWSER: SocketConfig['browser'] = ['Otklik', 'Chrome', '1.0.0'];
const KEEP_ALIVE_MS = 30_000;
/** The library holds events back for up to 30 seconds, in the hope of more: so long nobody is kept waiting here. */
const FLUSH_EVERY_MS = 500;
/** The server answers at once, or not at all. */
const ADDRESS_MS = 2 * SECOND;

export function connectWhatsapp(options: WaConnectionOptions): WaConnection {
  const { session, journal, on } = options;
  muteLibsignal();
  const stanzas: Stanzas = new WeakMap();
  const self = (): WaSelf => ({ pn: session.creds.me?.id ?? null, lid: session.creds.me?.lid ?? null });
  const keep = async ({ attrs }: BinaryNode, plain: Uint8Array) => {
    const envelope = envelopeOf(attrs, self());
    if (envelope === null) return;
    const entry = { name: journalNameOf(envelope), attrs, self: self() };
    await options.insist(() => journal.add(entry, plain));
  };
  const mediaAgent = mediaAgentFor(options.webSocket);
  const socket = makeWASocket({
    auth: session,
    waWebSocketUrl: options.webSocket,
    logger: QUIET,
    ...(mediaAgent && { fetchAgent: mediaAgent }),
    browser: BROWSER,
    keepAliveIntervalMs: KEEP_ALIVE_MS,
    // Otherwise the employee's telephone would ring no more for new messages.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    // Left undecrypted, so only what nobody waits for.
    shouldIgnoreJid: isPosting,
    makeSignalRepository: journalled(DEFAULT_CONNECTION_CONFIG.makeSignalRepository, stanzas, keep),
    getMessage: async ({ id }) => {
      const sent = id ? await options.sentMessage(id) : null;
      if (sent === null) return undefined;
      return typeof sent === 'string' ? { conversation: sent } : proto.Message.decode(sent);
    },
    cachedGroupMetadata: async () => undefined,
    msgRetryCounterCache: options.retryCounts,
  });

  const acknowledged = async (id: string, ackMs: DurationMs, send: () => Promise<unknown>) => {
    const ack = ackOf(socket.ws, id, ackMs);
    ack.catch(() => undefined);
    await send();
    return await ack;
  };
  const tell = (message: WAMessage, wasQueued: boolean, isResent = false) => {
    const name = journalNameOf(message);
    const raw = rawMessage(message, { wasQueued, isResent, journal: journal.has(name) ? name : null });
    if (raw !== null) on({ type: 'message', message: raw });
  };
  // Ahead of the library, which decrypts, confirms and only then tells.
  socket.ws.prependListener('CB:message', (stanza: BinaryNode) => {
    noteStanza(stanza, stanzas);
    const envelope = isLeftOut(stanza) ? envelopeOf(stanza.attrs, self()) : null;
    if (envelope !== null) tell({ ...envelope, ...UNDECRYPTED }, stanza.attrs.offline !== undefined);
  });
  const reasons = new Map<string, string>();
  socket.ws.prependListener('CB:call', (stanza: BinaryNode) => {
    const [info] = getAllBinaryNodeChildren(stanza);
    if (info?.attrs.reason) reasons.set(info.attrs['call-id'] ?? '', info.attrs.reason);
  });

  socket.ev.on('creds.update', options.save);
  socket.ev.on('messages.upsert', ({ messages, type, requestId }) => {
    for (const message of messages) tell(message, type === 'append', requestId !== undefined);
  });
  socket.ev.on('call', (calls) => {
    for (const call of calls) {
      const raw = rawCall(call, reasons.get(call.id) ?? null);
      reasons.delete(call.id);
      if (raw !== null) on({ type: 'call', call: raw });
    }
  });
  const tellAlias = (lid: string | undefined, pn: string | undefined) => {
    if (lid && pn) on({ type: 'alias', lid, pn });
  };
  socket.ev.on('lid-mapping.update', ({ lid, pn }) => tellAlias(lid, pn));
  socket.ev.on('contacts.upsert', (contacts) => {
    for (const { lid, phoneNumber } of contacts) tellAlias(lid, phoneNumber);
  });
  // The pairs that the telephone's history names are lost in the library's buffer of events; it does store them.
  const { lidMapping } = socket.signalRepository;
  const storePairs = lidMapping.storeLIDPNMappings.bind(lidMapping);
  lidMapping.storeLIDPNMappings = async (pairs) => {
    await storePairs(pairs);
    for (const { lid, pn } of pairs) tellAlias(lid, pn);
  };

  const flushing = setInterval(() => socket.ev.flush(), FLUSH_EVERY_MS);
  const { promise: closed, resolve } = Promise.withResolvers<number | null>();
  socket.ev.on('connection.update', (update) => {
    if (update.qr) on({ type: 'qr', payload: update.qr });
    if (update.isNewLogin) on({ type: 'linked' });
    if (update.connection === 'open') on({ type: 'open', self: self() });
    if (update.receivedPendingNotifications) on({ type: 'drained' });
    if (update.connection !== 'close') return;
    clearInterval(flushing);
    // The library throws away what it has buffered as soon as it is closed.
    socket.ev.flush();
    resolve(codeOf(update.lastDisconnect?.error));
  });
  return {
    closed,
    // Not `end`: that would leave the library's questions to the server waiting for their answers, for a minute.
    close: () => void socket.ws.emit('close'),
    isHoldingBack: () => socket.ev.isBuffering(),
    requestCode: (phone) => socket.requestPairingCode(phone.replace(/\D/g, '')),
    otherAddress: async (jid) => {
      const asked = jid.endsWith('@lid') ? lidMapping.getPNForLID(jid) : lidMapping.getLIDForPN(jid);
      const late = new AbortController();
      const answer = await Promise.race([
        asked.catch(() => null),
        pause(ADDRESS_MS, late.signal).then(() => null),
      ]);
      late.abort();
      return answer;
    },
    send: (jid, text, id, ackMs) =>
      acknowledged(id, ackMs, () => socket.sendMessage(jid, { text, linkPreview: null }, { messageId: id })),
    prepareFile: (file, caption) => fileMessage(socket, file, caption),
    sendPrepared: (jid, message, id, ackMs) =>
      acknowledged(id, ackMs, () =>
        socket.relayMessage(jid, proto.Message.decode(message), { messageId: id }),
      ),
    edit: (jid, of, text, id, ackMs) =>
      acknowledged(id, ackMs, () =>
        socket.sendMessage(
          jid,
          { text, linkPreview: null, edit: { remoteJid: jid, fromMe: true, id: of } },
          { messageId: id },
        ),
      ),
  };
}

const UNDECRYPTED = { messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };

/** Messages of which the library tells nothing: only the telephone can open them. */
function isLeftOut(stanza: BinaryNode): boolean {
  const type = getBinaryNodeChild(stanza, 'unavailable')?.attrs.type ?? '';
  return type === 'hosted_unavailable_fanout' || type === 'view_once_unavailable_fanout';
}

type Socket = ReturnType<typeof makeWASocket>['ws'];

function ackOf(ws: Socket, id: string, ackMs: DurationMs): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const name = `CB:ack,id:${id}`;
  const onAck = ({ attrs }: BinaryNode) => resolve(attrs.error ?? null);
  const timer = setTimeout(() => reject(new Error('WhatsApp does not confirm the message')), ackMs);
  ws.on(name, onAck);
  return promise.finally(() => {
    clearTimeout(timer);
    ws.off(name, onAck);
  });
}

function codeOf(error: unknown): number | null {
  const { output } = (error ?? {}) as { output?: { statusCode?: unknown } };
  return typeof output?.statusCode === 'number' ? output.statusCode : null;
}
