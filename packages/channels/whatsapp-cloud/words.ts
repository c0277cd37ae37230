import type { ClientMessage, Echo } from './bodyShape.ts';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages */
const CAPTIONED = ['image', 'video', 'document'] as const;

/** null without words. */
export function wordsOf(message: ClientMessage | Echo): string | null {
  const words = message.text?.body ?? captionOf(message) ?? buttonOf(message);
  return words === undefined ? null : storable(words);
}

function captionOf(message: ClientMessage | Echo): string | undefined {
  for (const kind of CAPTIONED) {
    const caption = textIn(message[kind], 'caption');
    if (caption !== undefined) return caption;
  }
  return undefined;
}

/** The label of a pressed button or chosen row. */
function buttonOf(message: ClientMessage | Echo): string | undefined {
  const { button, interactive } = message;
  return (
    textIn(button, 'text') ??
    textIn(fieldOf(interactive, 'button_reply'), 'title') ??
    textIn(fieldOf(interactive, 'list_reply'), 'title')
  );
}

function textIn(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** NUL removed, lone surrogates replaced. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
