import { linkProblem, mentionedUser } from './link.ts';
import { isObject } from './params.ts';
import { Refusal } from './refusal.ts';

export type Button = { readonly text: string } & (
  | { readonly callback_data: string }
  | { readonly url: string }
  | { readonly copy_text: { readonly text: string } }
);
export type Keyboard = readonly (readonly Button[])[];

/** `unknown` to the provider, or forbidden by the person. */
export type Mentionable = (userId: number) => 'yes' | 'unknown' | 'forbidden';

const ACTIONS = ['callback_data', 'url', 'copy_text'];
const DATA_BYTES = 64;

/** https://core.telegram.org/bots/api#inlinekeyboardmarkup, with the buttons that Otklik uses. */
export function readKeyboard(markup: Record<string, unknown>, mentionable: Mentionable): Keyboard {
  const { inline_keyboard: rows, ...others } = markup;
  const stranger = Object.keys(others)[0];
  if (stranger !== undefined) throw Refusal.malformed(`unknown field "${stranger}" in InlineKeyboardMarkup`);
  if (!Array.isArray(rows))
    throw Refusal.malformed('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array');
  return rows.map((row) => {
    if (!Array.isArray(row))
      throw Refusal.malformed(
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
      );
    if (row.length === 0) throw Refusal.malformed('a row of the inline keyboard is empty');
    return row.map((button) => readButton(button, mentionable));
  });
}

function readButton(button: unknown, mentionable: Mentionable): Button {
  if (!isObject(button)) throw Refusal.malformed('InlineKeyboardButton must be an Object');
  const { text, ...rest } = button;
  if (typeof text !== 'string' || text.trim() === '')
    throw Refusal.malformed('inline keyboard button text must be non-empty');
  const stranger = Object.keys(rest).find((name) => !ACTIONS.includes(name));
  if (stranger !== undefined) throw Refusal.malformed(`unknown field "${stranger}" in InlineKeyboardButton`);
  if (Object.keys(rest).length !== 1)
    throw Refusal.malformed("can't parse inline keyboard button: exactly one action is needed");
  if ('callback_data' in rest) return { text, callback_data: readData(rest.callback_data) };
  if ('url' in rest) return { text, url: readUrl(rest.url, mentionable) };
  return { text, copy_text: { text: readCopyText(rest.copy_text) } };
}

function readData(data: unknown): string {
  const fits = typeof data === 'string' && data !== '' && Buffer.byteLength(data) <= DATA_BYTES;
  if (!fits) throw Refusal.malformed('BUTTON_DATA_INVALID');
  return data;
}

function readUrl(url: unknown, mentionable: Mentionable): string {
  if (typeof url !== 'string') throw Refusal.malformed('field "url" must be of type String');
  const problem = linkProblem(url);
  if (problem !== null) throw Refusal.malformed(`inline keyboard button URL '${url}' is invalid: ${problem}`);
  const user = mentionedUser(url);
  if (user === null || mentionable(user) === 'yes') return url;
  throw Refusal.impossible(
    mentionable(user) === 'unknown' ? 'BUTTON_USER_INVALID' : 'BUTTON_USER_PRIVACY_RESTRICTED',
  );
}

function readCopyText(value: unknown): string {
  const text = isObject(value) ? value.text : null;
  if (typeof text === 'string' && text.length >= 1 && text.length <= 256) return text;
  throw Refusal.malformed('BUTTON_COPY_TEXT_INVALID');
}
