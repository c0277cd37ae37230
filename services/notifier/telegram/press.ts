export type Press =
  | {
      readonly does:
        | 'acknowledge'
        | 'release'
        | 'call'
        | 'no_reply'
        | 'back'
        | 'why'
        | 'accept'
        | 'reject'
        /** Of the call-back plan. */
        | 'reached'
        | 'not_reached'
        | 'let_go';
      readonly notice: string;
    }
  /** In the list of all who wait a row may have no notice. */
  | { readonly does: 'acknowledge_wait'; readonly wait: string }
  /** The first page is 1. */
  | { readonly does: 'page'; readonly page: number }
  /** The first page is 1. */
  | { readonly does: 'choose'; readonly notice: string; readonly page: number }
  | { readonly does: 'hand_over'; readonly notice: string; readonly to: string }
  | {
      readonly does: 'dispute';
      readonly notice: string;
      /** Place among the reasons; the first is 0. */
      readonly reason: number;
    };

const CODES = {
  acknowledge: 't',
  release: 'x',
  call: 'p',
  no_reply: 'n',
  choose: 'c',
  back: 'b',
  hand_over: 'h',
  why: 'w',
  dispute: 'd',
  accept: 'a',
  reject: 'r',
  acknowledge_wait: 'm',
  reached: 'g',
  not_reached: 'f',
  let_go: 'u',
} as const;
const PAGE = 'l';
type Code = (typeof CODES)[keyof typeof CODES];
const MEANINGS = Object.fromEntries(Object.entries(CODES).map(([does, code]) => [code, does])) as Record<
  Code,
  keyof typeof CODES
>;

/**
 * callback_data, at most 64 bytes: a letter, the notice's id in 22 characters, a person's id of at most 32. Old
 * messages keep their buttons, so the letters stay.
 */
export function pressData(press: Press): string {
  if (press.does === 'page') return `${PAGE}:${press.page}`;
  const id = press.does === 'acknowledge_wait' ? press.wait : press.notice;
  const notice = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  const more = moreOf(press);
  return `${CODES[press.does]}:${notice}${more === null ? '' : `:${more}`}`;
}

function moreOf(press: Press): string | number | null {
  if (press.does === 'hand_over') return press.to;
  if (press.does === 'dispute') return press.reason;
  return press.does === 'choose' && press.page > 1 ? press.page : null;
}

/** null: a button of an older version, or a forgery. */
export function parsePress(data: string): Press | null {
  const page = /^l:([1-9]\d{0,3})$/.exec(data)?.[1];
  if (page !== undefined) return { does: 'page', page: Number(page) };
  const parts = /^([txpncbhwdarmgfu]):([A-Za-z0-9_-]{22})(?::([a-z0-9_-]{1,32}))?$/.exec(data);
  if (!parts) return null;
  const [, code, packed, more] = parts;
  const notice = Buffer.from(packed ?? '', 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const does = MEANINGS[code as Code];
  switch (does) {
    case 'acknowledge_wait':
      return more === undefined ? { does, wait: notice } : null;
    case 'choose':
      if (more === undefined) return { does, notice, page: 1 };
      return /^[1-9]\d{0,2}$/.test(more) ? { does, notice, page: Number(more) } : null;
    case 'hand_over':
      return more === undefined ? null : { does, notice, to: more };
    case 'dispute':
      return more !== undefined && /^\d$/.test(more) ? { does, notice, reason: Number(more) } : null;
    default:
      return more === undefined ? { does, notice } : null;
  }
}
