import type { Calendar, ChannelPeople, Locale, Person, Policy, Privacy } from '@otklik/domain';

/** A value whose text must never be printed or logged. `toString` and JSON give a mask. */
export interface Secret {
  /** The secret itself. */
  reveal(): string;
}

interface ChannelBase extends ChannelPeople {
  readonly id: string;
  readonly name: string;
  readonly policy: Policy;
  /** Requests per second that the channel's webhook takes before 429. */
  readonly rate: number;
}

export interface WebhookChannel extends ChannelBase {
  readonly kind: 'webhook';
  /** `whsec_` + base64 for signatures; any text for `Authorization: Bearer`. */
  readonly secret: Secret;
}

export interface TelegramChannel extends ChannelBase {
  readonly kind: 'telegram';
  readonly token: Secret;
  readonly apiRoot: string;
  /** `webhook` needs `public_url` and `secret`. */
  readonly receive: 'polling' | 'webhook';
  /** What Telegram sends back as X-Telegram-Bot-Api-Secret-Token. */
  readonly secret: Secret | null;
}

export type ChannelConfig = WebhookChannel | TelegramChannel;

/** otklik.yaml, checked: every name resolved, every default filled in. */
export interface Config {
  readonly locale: Locale;
  readonly timezone: string;
  readonly publicUrl: string | null;
  /** null when no working hours are given: then no wait is after hours. */
  readonly calendar: Calendar | null;
  readonly people: ReadonlyMap<string, Person>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly channels: ReadonlyMap<string, ChannelConfig>;
  readonly notify: {
    readonly telegram: { readonly token: Secret; readonly apiRoot: string } | null;
    readonly email: { readonly smtp: Secret; readonly from: string } | null;
    readonly webhook: { readonly url: string; readonly secret: Secret } | null;
  };
  readonly privacy: Privacy;
}
