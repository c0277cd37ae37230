import type { Config } from '@otklik/config';
import type { EpochMs, Locale } from '@otklik/domain';
import type { Access } from '@otklik/store';
import { signInTextsOf } from '@otklik/texts';

export type SignInPage =
  | { readonly says: 'ready'; readonly access: Access; readonly code: string }
  | { readonly says: 'used'; readonly access: Access; readonly usedAt: EpochMs }
  | { readonly says: 'expired'; readonly access: Access }
  | { readonly says: 'unknown' }
  | { readonly says: 'gone' }
  | { readonly says: 'too_many'; readonly seconds: number };

export interface Reader {
  readonly locale: Locale;
  readonly timezone: string;
  /** null: not a person of the configuration. */
  readonly name: string | null;
}

/** The language of whom the link is for, else the browser's, else the company's. */
export function readerOf(page: SignInPage, accepted: Locale | null, config: Config): Reader {
  const person = 'access' in page ? config.people.get(page.access.person ?? '') : undefined;
  return {
    locale: person?.locale ?? accepted ?? config.locale,
    timezone: person?.timezone ?? config.timezone,
    name: person?.name ?? null,
  };
}

/** Without a script, for browsers inside messengers. */
export function signInPage(page: SignInPage, { locale, timezone, name }: Reader): string {
  const words = signInTextsOf(locale);
  const person = 'access' in page ? page.access.person : null;
  const command = `npm run otklik -- sign-in${person === null ? '' : ` --person ${person}`}`;
  const remedy = `<p class="dim">${words.remedy}</p><code>${escapeHtml(command)}</code>`;
  const said = (title: string, lead: string, rest: string): string =>
    frame(locale, words.product, title, `<p>${escapeHtml(lead)}</p>${rest}`);
  switch (page.says) {
    case 'ready': {
      const { title, lead, button } = words.ready;
      const form = `<form method="post" action="/sign-in"><input type="hidden" name="code" value="${escapeHtml(page.code)}"><button type="submit" autofocus>${button}</button></form>`;
      return said(title(words.who(page.access.role, name)), lead, form);
    }
    case 'used': {
      const when = new Intl.DateTimeFormat(locale, {
        day: 'numeric',
        month: 'long',
        hour: '2-digit',
        minute: '2-digit',
        timeZone: timezone,
      }).format(page.usedAt);
      const board = `<a href="/">${words.board}</a>`;
      return said(words.used.title, words.used.lead(when), `${remedy}${board}`);
    }
    case 'expired':
      return said(words.expired.title, words.expired.lead, remedy);
    case 'unknown':
      return said(words.unknown.title, words.unknown.lead, remedy);
    case 'gone':
      return said(words.gone.title, words.gone.lead, '');
    case 'too_many':
      return said(words.tooMany.title, words.tooMany.lead(page.seconds), '');
  }
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function frame(locale: Locale, product: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${title} · ${product}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<div class="brand">${product}</div>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

const STYLE = `
:root { --ground: #f4f5f8; --card: #fff; --ink: #181b24; --dim: #5d6474; --line: #e3e6ec; --brand: #3b5bdb; --act: #3b5bdb; --act-ink: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #111318; --card: #1a1d26; --ink: #eceef4; --dim: #a0a7b8; --line: #2b303d; --brand: #748ffc; --act: #4263eb; --act-ink: #fff; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; min-height: 100svh; display: grid; place-items: center; padding: 16px;
  background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 420px; padding: 32px 28px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
.brand { font-weight: 700; color: var(--brand); }
h1 { margin: 20px 0 8px; font-size: 24px; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: 0; }
.dim { margin-top: 20px; color: var(--dim); }
code { display: block; margin-top: 6px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px;
  font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
button, a { display: block; width: 100%; margin-top: 24px; padding: 12px 16px; border: 0; border-radius: 10px; text-align: center;
  background: var(--act); color: var(--act-ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
`;
