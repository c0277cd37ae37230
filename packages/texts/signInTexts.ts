import type { Locale } from '@otklik/domain';

type Role = 'admin' | 'head' | 'owner' | 'ops';

/** The page of a one-time link. */
export interface SignInTexts {
  readonly product: string;
  readonly who: (role: Role, name: string | null) => string;
  readonly ready: { readonly title: (who: string) => string; readonly lead: string; readonly button: string };
  readonly used: { readonly title: string; readonly lead: (when: string) => string };
  readonly expired: { readonly title: string; readonly lead: string };
  readonly unknown: { readonly title: string; readonly lead: string };
  readonly gone: { readonly title: string; readonly lead: string };
  readonly tooMany: { readonly title: string; readonly lead: (seconds: number) => string };
  readonly remedy: string;
  readonly board: string;
}

const TEXTS: Readonly<Record<Locale, SignInTexts>> = {
  ru: {
    product: 'Отклик',
    who: (role, name) =>
      name ?? { admin: 'администратор', head: 'руководитель', owner: 'сотрудник', ops: 'эксплуатация' }[role],
    ready: {
      title: (who) => `Войти: ${who}`,
      lead: 'Ссылка сработает один раз, после нажатия кнопки. Этот браузер вас запомнит.',
      button: 'Войти',
    },
    used: {
      title: 'По этой ссылке уже вошли',
      lead: (when) => `Это было ${when}. Если это были не вы, сразу скажите администратору.`,
    },
    expired: { title: 'Срок ссылки истёк', lead: 'Ссылка для входа действует сутки.' },
    unknown: {
      title: 'Такой ссылки нет',
      lead: 'Возможно, она скопирована не целиком: попробуйте открыть её ещё раз из сообщения.',
    },
    gone: {
      title: 'Доступ закрыт',
      lead: 'Сотрудника, для которого сделана ссылка, больше нет в настройках Отклика.',
    },
    tooMany: {
      title: 'Слишком много неверных ссылок',
      lead: (seconds) => `С этого адреса их пришло слишком много. Попробуйте через ${seconds} с.`,
    },
    remedy: 'Новую ссылку даст администратор:',
    board: 'Открыть доску',
  },
  en: {
    product: 'Otklik',
    who: (role, name) =>
      name ?? { admin: 'an administrator', head: 'a head', owner: 'a colleague', ops: 'operations' }[role],
    ready: {
      title: (who) => `Sign in as ${who}`,
      lead: 'The link works once, when you press the button. This browser will remember you.',
      button: 'Sign in',
    },
    used: {
      title: 'This link has been used',
      lead: (when) =>
        `Somebody signed in with it on ${when}. If that was not you, tell your administrator at once.`,
    },
    expired: { title: 'This link has expired', lead: 'A sign-in link works for a day.' },
    unknown: {
      title: 'There is no such link',
      lead: 'It may have been copied only in part: open it from the message once more.',
    },
    gone: {
      title: 'No access',
      lead: 'The person whom this link was made for is not in Otklik’s configuration any more.',
    },
    tooMany: {
      title: 'Too many wrong links',
      lead: (seconds) => `Too many came from this address. Try again in ${seconds} s.`,
    },
    remedy: 'Your administrator can make a new one:',
    board: 'Open the board',
  },
};

export const signInTextsOf = (locale: Locale): SignInTexts => TEXTS[locale];
