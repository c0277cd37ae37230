import {
  isJidGroup,
  normalizeMessageContent,
  proto,
  type WACallEvent,
  type WAMessage,
} from '@whiskeysockets/baileys';
import type { RawWaCall, RawWaContent, RawWaMessage } from '../rawEvent.ts';

/** `append` (backlog) and `notify` (new) are handled alike. */
export function rawMessage(
  message: WAMessage,
  how: { readonly wasQueued: boolean; readonly isResent: boolean; readonly journal: string | null },
): RawWaMessage | null {
  const { key, messageTimestamp, messageStubType, pushName } = message;
  if (!key.remoteJid || !key.id) return null;
  const content = contentOf(message);
  return {
    chat: key.remoteJid,
    chatAlt: key.remoteJidAlt || null,
    participant: isJidGroup(key.remoteJid) ? key.participant || message.participant || null : null,
    participantAlt: key.participantAlt || null,
    fromMe: key.fromMe === true,
    id: key.id,
    sentAt: secondsOf(messageTimestamp),
    pushName: pushName || null,
    isUndecrypted: content === null && messageStubType === proto.WebMessageInfo.StubType.CIPHERTEXT,
    content,
    ...how,
  };
}

/** 64-bit objects in protobuf and our own sendings, numbers in stanzas. */
export function secondsOf(time: WAMessage['messageTimestamp']): number | null {
  if (time === null || time === undefined) return null;
  const seconds = typeof time === 'number' ? time : Number(time.toString());
  return Number.isFinite(seconds) ? seconds : null;
}

function contentOf({ message, key }: WAMessage): RawWaContent | null {
  // Only the telephone can open it.
  if (key.isViewOnce && !message) return { kind: 'speech', text: null };
  if (!message) return null;
  if (message.editedMessage || message.protocolMessage?.editedMessage) return { kind: 'silent' };
  const inner = normalizeMessageContent(message) ?? {};
  const { protocolMessage, reactionMessage } = inner;
  if (protocolMessage) return protocolContent(protocolMessage);
  if (reactionMessage) return { kind: 'reaction', emoji: reactionMessage.text ?? '' };
  const kinds = Object.entries(inner)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([kind]) => kind);
  const said = kinds.filter((kind) => !SILENT.has(kind));
  if (said.length > 0) {
    const isEmpty = said.every((kind) => PLAIN.has(kind)) && wordsOf(inner) === null;
    return { kind: 'speech', text: isEmpty ? '' : wordsOf(inner) };
  }
  return { kind: kinds.length === 0 ? 'strange' : 'silent' };
}

function protocolContent({ type, key }: proto.Message.IProtocolMessage): RawWaContent {
  if (type !== proto.Message.ProtocolMessage.Type.REVOKE || !key?.id) return { kind: 'silent' };
  return { kind: 'revoke', of: key.id, by: key.participant || null, ofMe: key.fromMe === true };
}

/**
 * No content: votes, pins, keys, album headers (pictures come separately), calls (own events). All else counts:
 * missing a new kind is worse than counting one too many.
 */
const SILENT: ReadonlySet<string> = new Set(
  `senderKeyDistributionMessage fastRatchetKeySenderKeyDistributionMessage messageContextInfo deviceSentMessage
  pollUpdateMessage pollResultSnapshotMessage pollResultSnapshotMessageV3 keepInChatMessage pinInChatMessage
  encReactionMessage encEventResponseMessage secretEncryptedMessage stickerSyncRmrMessage albumMessage call
  callLogMesssage bcallMessage scheduledCallEditMessage placeholderMessage messageHistoryBundle messageHistoryNotice
  statusMentionMessage groupStatusMentionMessage limitSharingMessage botTaskMessage statusNotificationMessage`.split(
    /\s+/,
  ),
);

/** Words only. */
const PLAIN: ReadonlySet<string> = new Set(['conversation', 'extendedTextMessage']);

function wordsOf(inner: proto.IMessage): string | null {
  return (
    inner.conversation ||
    inner.extendedTextMessage?.text ||
    inner.imageMessage?.caption ||
    inner.videoMessage?.caption ||
    inner.documentMessage?.caption ||
    inner.buttonsResponseMessage?.selectedDisplayText ||
    inner.templateButtonReplyMessage?.selectedDisplayText ||
    inner.listResponseMessage?.title ||
    inner.interactiveResponseMessage?.body?.text ||
    inner.pollCreationMessage?.name ||
    inner.pollCreationMessageV2?.name ||
    inner.pollCreationMessageV3?.name ||
    null
  );
}

/** `reason` is only in the stanza: `accepted_elsewhere` when another device answered. null for other phases. */
export function rawCall(call: WACallEvent, reason: string | null): RawWaCall | null {
  const phase = phaseOf(call.status, reason);
  if (phase === null) return null;
  return {
    id: call.id,
    from: call.from,
    pn: call.callerPn ?? null,
    isGroup: call.isGroup === true,
    sentAt: Number.isNaN(call.date.getTime()) ? null : call.date.getTime() / 1_000,
    wasQueued: call.offline,
    phase,
  };
}

function phaseOf(status: WACallEvent['status'], reason: string | null): RawWaCall['phase'] | null {
  if (status === 'offer') return 'ringing';
  if (status === 'accept' || reason === 'accepted_elsewhere') return 'answered';
  return status === 'timeout' || status === 'reject' || status === 'terminate' ? 'missed' : null;
}
