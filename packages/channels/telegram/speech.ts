import { storableText } from '../provider/storable.ts';
import type { TelegramMessage } from './updateShape.ts';

/**
 * The content that a person puts into a message (https://core.telegram.org/bots/api#message). Anything else is a
 * service message (pinned, joined, auto-delete timer, …) and opens no wait; the Bot API adds such kinds all the time, so
 * the list names what counts. Whatever of this a client sends is a turn (clause S5), also a bare sticker or `/start`.
 */
const SPEECH = [
  'text',
  'caption',
  'animation',
  'audio',
  'checklist',
  'contact',
  'dice',
  'document',
  'game',
  'live_photo',
  'location',
  'paid_media',
  'photo',
  'poll',
  'rich_message',
  'sticker',
  'story',
  'venue',
  'video',
  'video_note',
  'voice',
  'web_app_data',
] as const;

/** Whether somebody said something, as against a service message. */
export function isSpeech(message: TelegramMessage): boolean {
  return SPEECH.some((field) => message[field] !== undefined && message[field] !== null);
}

/** Whether it has anything beside its words. */
export function isAttached(message: TelegramMessage): boolean {
  return SPEECH.some(
    (field) => !WORDS.includes(field) && message[field] !== undefined && message[field] !== null,
  );
}

const WORDS: readonly string[] = ['text', 'caption'];

/** The words of a message, or null when it has none. Without what a database can't hold: NUL and lone surrogates. */
export function wordsOf(message: TelegramMessage): string | null {
  const words = message.text ?? message.caption;
  return words === undefined ? null : storableText(words);
}
