import type { LocalizedText } from '../channel.ts';
import { TokenRefused } from './oauth.ts';

/** Our side could not keep mails; the mailbox is well. */
export class NotKept extends Error {
  constructor(cause: unknown) {
    super('what was read could not be kept', { cause });
  }
}

/** @throws NotKept for any error of ours. */
export async function kept<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new NotKept(error);
  }
}

/** Says what is wrong and what to do. Never quotes the server, whose text may quote a mail. */
export function mailboxProblem(error: unknown): LocalizedText {
  if (error instanceof NotKept)
    return {
      ru: 'письма читаются, но сохранить их не удаётся: смотрите журнал',
      en: 'mails are read but cannot be kept: see the log',
    };
  if (error instanceof TokenRefused)
    return {
      ru: 'почтовый сервис не выдал токен: согласие отозвано или настройки oauth неверны — получите refresh_token заново',
      en: 'the mail service gave no token: the consent was taken back or oauth is wrong: get a new refresh_token',
    };
  const code = wordIn(error, 'code');
  if (wordIn(error, 'authenticationFailed') !== null)
    return {
      ru: 'почтовый сервер не принял имя или пароль: нужен пароль приложения, и IMAP должен быть включён в настройках почты',
      en: 'the mail server did not take the name or the password: it must be an app password, and IMAP must be on in the mail settings',
    };
  const throttled = wordIn(error, 'throttleReset') !== null || code === 'ETHROTTLE';
  if (throttled)
    return {
      ru: 'почтовый сервер просит входить реже, попробуем позже',
      en: 'the mail server asks us to come less often; it is tried again later',
    };
  const what = code ?? (error instanceof Error ? error.name : 'error');
  return {
    ru: `почтовый сервер не отвечает (${what}): проверьте адрес и порт в imap и доступ к нему из сети; попытки продолжаются`,
    en: `the mail server does not answer (${what}): check host and port in imap, and the network; it is tried again`,
  };
}

/** A NO (RFC 9051, 7.1.2); the connection is intact. */
export const isRefusal = (error: unknown): boolean => wordIn(error, 'responseStatus') === 'NO';

/** Retrying soon would not help. */
export const isLasting = (error: unknown): boolean =>
  error instanceof TokenRefused || wordIn(error, 'authenticationFailed') !== null;

function wordIn(error: unknown, name: string): string | null {
  if (!(error instanceof Error)) return null;
  const value: unknown = Reflect.get(error, name);
  return value === undefined || value === null || value === false ? null : String(value);
}
