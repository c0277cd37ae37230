import type { Said } from '../channel.ts';
import { TokenRefused } from './oauth.ts';

/** Why the mailbox cannot be read, and what to do. Never the server's whole answer: it may quote a name or a mail. */
export function mailboxProblem(error: unknown): Said {
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
  return { ru: `почтовый сервер не отвечает (${what})`, en: `the mail server does not answer (${what})` };
}

/** Whether another try soon can only annoy the server. */
export const isLasting = (error: unknown): boolean =>
  error instanceof TokenRefused || wordIn(error, 'authenticationFailed') !== null;

function wordIn(error: unknown, name: string): string | null {
  if (!(error instanceof Error)) return null;
  const value: unknown = Reflect.get(error, name);
  return value === undefined || value === null || value === false ? null : String(value);
}
