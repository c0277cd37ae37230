import { storableText } from '../provider/storable.ts';
import type { TelegramMessage } from './updateShape.ts';

/**
 * Content by a person (https://core.telegram.org/bots/api#message), even a sticker or `/start` (clause S5). All else
 * is a service message and opens no wait; the Bot API keeps adding those.
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

/** Not a service message. */
export function isSpeech(message: TelegramMessage): boolean {
  return SPEECH.some((field) => message[field] !== undefined && message[field] !== null);
}

/** Has more than words. */
export function isAttached(message: TelegramMessage): boolean {
  return SPEECH.some(
    (field) => !WORDS.includes(field) && message[field] !== undefined && message[field] !== null,
  );
}

const WORDS: readonly string[] = ['text', 'caption'];

/** null without words. */
export function wordsOf(message: TelegramMessage): string | null {
  const words = message.text ?? message.caption;
  return words === undefined ? null : storableText(words);
}
