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

/** A live connection, never reused after `closed`. */
export interface WaConnection {
  /** The close code (see afterClose.ts); null without one. Never rejects. */
  readonly closed: Promise<number | null>;
  close(): void;
  /** Whether the library buffers events. */
  isHoldingBack(): boolean;
  /** A code to link by, while a QR code is shown. Rejects when the connection is lost. */
  requestCode(phone: string): Promise<string>;
  /** Somebody's LID by number or number by LID; null when unknown or too late. */
  otherAddress(jid: string): Promise<string | null>;
  /** Resolves with the server's error code or null. Rejects without an answer. */
  send(jid: string, text: string, id: string, ackMs: DurationMs): Promise<string | null>;
  /** See {@link fileMessage}. */
  prepareFile(file: OutgoingFile, caption: string): Promise<Uint8Array>;
  /** Like `send`, for a prepared message. */
  sendPrepared(jid: string, message: Uint8Array, id: string, ackMs: DurationMs): Promise<string | null>;
  /** Like `send`, replacing the words of our message `of`. */
  edit(jid: string, of: string, text: string, id: string, ackMs: DurationMs): Promise<string | null>;
}

export interface WaConnectionOptions {
  readonly session: Session;
  readonly journal: Journal;
  readonly webSocket: string;
  /** Must not throw. */
  on(event: RawWaEvent): void;
  /** Resolves when the current `creds` are durable. */
  save(): void;
  /** Repeats work until it is done. */
  insist(work: () => Promise<void>): Promise<void>;
  /** Our message, for somebody who could not decrypt it: its text, or the encoded whole. */
  sentMessage(id: string): Promise<string | Uint8Array | null>;
  readonly retryCounts: NonNullable<SocketConfig['msgRetryCounterCache']>;
}

/** Our name in the telephone's list of linked devices. */
const BROWSER: SocketConfig['browser'] = ['Otklik', 'Chrome', '1.0.0'];
const KEEP_ALIVE_MS = 30_000;
/** The library would buffer for up to 30 seconds. */
const FLUSH_EVERY_MS = 500;
/** The server answers at once or never. */
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
    // Otherwise the employee's telephone would stop ringing.
    markOnlineOnConnect: false,
    syncFullHistory: false,
    // Posts stay undecrypted: nobody waits there.
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
  // Before the library, which decrypts, confirms and only then tells.
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
  // The library stores these pairs but loses the event.
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
    // The library drops its buffer on close.
    socket.ev.flush();
    resolve(codeOf(update.lastDisconnect?.error));
  });
  return {
    closed,
    // Not `end`: pending queries would wait for a minute.
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

/** Only the telephone can open them; the library tells nothing. */
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
