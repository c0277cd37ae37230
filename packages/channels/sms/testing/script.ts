import type { ChatScript, PlayedMessage } from '../../testing/chatProvider.ts';

const KEY = 'the-key-of-this-test-1';
const path = `?key=${KEY}`;
const headers = { 'content-type': 'application/x-www-form-urlencoded' };
const form = (fields: Readonly<Record<string, string>>): string => new URLSearchParams(fields).toString();
const phoneOf = ({ chat }: PlayedMessage): string => `7999111220${chat}`;

/** SMSC's names: each SMS once, and reports on ours. */
export const smsScript: ChatScript = {
  isBlindWhileAway: true,
  isOneSided: true,
  yaml: () => `kind: sms, key: ${KEY}`,
  says: (message) => ({
    path,
    headers,
    body:
      message.by === 'client'
        ? form({
            id: String(message.number),
            phone: phoneOf(message),
            mes: message.text,
            to: '79161234567',
            time: String(Math.floor(message.at / 1_000)),
          })
        : form({ id: `r${message.number}`, phone: phoneOf(message), status: '1', err: '0' }),
  }),
  unknown: () => ({ path, headers, body: form({ telepathy: '1' }) }),
  api: () => null,
};
