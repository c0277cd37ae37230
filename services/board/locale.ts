import type { Config } from '@otklik/config';
import type { Locale } from '@otklik/domain';
import type { FastifyRequest } from 'fastify';

/** The first of our languages in Accept-Language (RFC 9110, 12.5.4); browsers send them in order. */
export function acceptedLocale({ headers }: Pick<FastifyRequest, 'headers'>): Locale | null {
  for (const range of headers['accept-language']?.slice(0, 500).split(',') ?? []) {
    const language = range.trim().slice(0, 2).toLowerCase();
    if (language === 'ru' || language === 'en') return language;
  }
  return null;
}

/** The web app asks for the language that it shows; else the person's, else the company's. */
export function readerLocale(request: Pick<FastifyRequest, 'headers' | 'access'>, config: Config): Locale {
  const person = config.people.get(request.access.person ?? '');
  return acceptedLocale(request) ?? person?.locale ?? config.locale;
}
