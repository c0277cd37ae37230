import { field, type Reading } from './fields.ts';
import { type Secret, secret } from './secret.ts';

/** A secret of which `problemOf` says what is wrong with it, or nothing. */
export function secretField(
  problemOf: (text: string) => { problem: string; remedy?: string } | null,
  description: string,
  example: string,
) {
  const read = (text: string): Reading<Secret> => problemOf(text) ?? { value: secret(text) };
  return field(read, { description, examples: [example], writeOnly: true });
}

const SIGNING_PREFIX = 'whsec_';
const NEW_SECRET = 'Make one with  echo "whsec_$(openssl rand -base64 32)"';

/** `whsec_` + base64 of 24 to 64 bytes (the Standard Webhooks specification, "Signature scheme"), or any text that fits `Authorization: Bearer`. */
export function webhookSecretField(description: string, example: string) {
  const problemOf = (text: string) => {
    if (text.startsWith(SIGNING_PREFIX)) return signingKeyProblem(text.slice(SIGNING_PREFIX.length));
    if (!/^[\x21-\x7e]*$/.test(text)) return { problem: 'may hold only visible ASCII characters, no spaces' };
    return text.length >= 16 ? null : { problem: 'is shorter than 16 characters', remedy: NEW_SECRET };
  };
  return secretField(problemOf, description, example);
}

function signingKeyProblem(key: string): { problem: string; remedy: string } | null {
  const bytes = Buffer.from(key, 'base64');
  if (bytes.toString('base64') !== key) {
    return { problem: 'is not base64 after whsec_', remedy: NEW_SECRET };
  }
  return bytes.length >= 24 && bytes.length <= 64
    ? null
    : { problem: `holds ${bytes.length} bytes after whsec_; 24 to 64 are needed`, remedy: NEW_SECRET };
}

export const TELEGRAM_API = 'https://api.telegram.org';

/** A bot token as BotFather gives it. It becomes a part of a URL's path, so nothing that would end that part. */
export function botTokenField(description: string, example: string) {
  const problemOf = (text: string) =>
    /^[A-Za-z0-9:_-]+$/.test(text) ? null : { problem: 'is no bot token (123456:AbC…)' };
  return secretField(problemOf, description, example);
}

export function smtpField(description: string, example: string) {
  const problemOf = (text: string) => {
    const url = /^smtps?:\/\/[^\s/]/.test(text) ? URL.parse(text) : null;
    if (url === null || url.hostname === '') return { problem: 'is no smtp:// or smtps:// address' };
    return null;
  };
  return secretField(problemOf, description, example);
}
