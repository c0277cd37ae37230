import type { DeliveryReport, Mail } from './mail.ts';
import { messageIdOf } from './messageIds.ts';
import { isInherited } from './threads.ts';

export interface ReportParts {
  /** `message/delivery-status` and variants. */
  readonly status: readonly string[];
  /** Returned mails, or only their headers. */
  readonly returned: readonly string[];
  /** Without parts this includes the returned mail. */
  readonly text: string;
}

/** RFC 3464; RFC 6533, 4. */
export const STATUS_PARTS = /^message\/(global-)?delivery-status$/;
/** RFC 6522; RFC 6533, 5. */
export const RETURNED_PARTS = /^(message\/(rfc822|global|global-headers|partial)|text\/rfc822-headers)$/;

export const REPORT_HEADERS = ['x-failed-recipients'] as const;

const DAEMON = /^(mailer-?daemon|mail-?daemon|postmaster|mail-?delivery|mdaemon)([+._\\-]|@|$)/;
const FAILED_SUBJECT =
  /undeliver|returned mail|returned to sender|failure notice|deliver(y|ing)\b.{0,30}(fail|error|unsuccess)|fail.{0,30}deliver|mail (delivery |system )?(fail|error)|non-?deliver|(not|n't) be delivered|unzustellbar|недостав|не доставлен|сбой доставки/i;
/** Any report's subject, not only a failure's. */
const SUBJECT = /deliver(y|ing)\b.{0,30}(status|problem|report|notif)/i;

/** `types`: of parts outside attached mails. */
export function mayBeReport(mail: Mail, types: readonly string[]): boolean {
  const { folder, contentType, reportType, from, replyTo, subject } = mail;
  if (folder === 'sent') return false;
  const isStatus = reportType === null || reportType === 'delivery-status';
  if (contentType === 'multipart/report') return isStatus;
  const returns = types.some((type) => RETURNED_PARTS.test(type) || STATUS_PARTS.test(type));
  // A form comes from a machine too.
  const isForm = replyTo !== null && !DAEMON.test(replyTo.address) && replyTo.address !== from?.address;
  if (isForm && !returns && !isSurelyDaemon(mail)) return false;
  return (
    isDaemon(mail) ||
    from === null ||
    (isStatus && isMachine(mail) && returns) ||
    isAboutFailure(subject) ||
    (SUBJECT.test(subject) && !isInherited(subject))
  );
}

/** A From without an address: a daemon's name, or empty brackets. */
const NAMED_DAEMON = /^(<>$|\W{0,9}(mailer-?daemon|mail-?daemon|postmaster|mail delivery))/i;

const isAboutFailure = (subject: string): boolean => FAILED_SUBJECT.test(subject) && !isInherited(subject);

const isSurelyDaemon = ({ from, headers }: Mail): boolean =>
  headers.has('x-failed-recipients') || /^mailer-?daemon/.test(from?.address ?? '');

const isDaemon = (mail: Mail): boolean =>
  isSurelyDaemon(mail) ||
  mail.contentType === 'multipart/report' ||
  STATUS_PARTS.test(mail.contentType) ||
  DAEMON.test(mail.from?.address ?? '') ||
  (mail.from === null && NAMED_DAEMON.test(mail.headers.get('from') ?? ''));

const isMachine = (mail: Mail): boolean =>
  isDaemon(mail) ||
  /^(<>|<?mailer-daemon(@.*)?>?)$/i.test(mail.headers.get('return-path')?.replaceAll(/\s/g, '') ?? '') ||
  /^auto-/i.test(mail.headers.get('auto-submitted')?.trim() ?? '');

/** null if it says nothing of a delivery. Pure, and linear in the length of its input. */
export function readReport(mail: Mail, { status, returned, text }: ReportParts): DeliveryReport | null {
  const lines = text.split(/\r?\n/, MOST_LINES).map((line) => line.slice(0, LONGEST_LINE));
  const copyAt = lines.findIndex((line) => COPY_BEGINS.test(line));
  const own = copyAt === -1 ? lines : lines.slice(0, copyAt);
  const words = own.join(' ').replaceAll(/\s+/g, ' ').slice(0, MOST_WORDS);
  const fates = [...status, text].flatMap(fatesIn);
  const of = (fate: Fate['fate']) => [
    ...new Set(fates.filter((one) => one.fate === fate).flatMap(({ recipients }) => recipients)),
  ];
  const said = FATES.find((fate) => fates.some((one) => one.fate === fate));
  const action = said ?? actionBy(mail.subject, words);
  const named = [
    ...addressesIn(words),
    ...[...returned, lines.slice(own.length).join('\n')].flatMap(addresseesIn),
  ];
  const hasCopy =
    returned.length > 0 || copyAt !== -1 || lines.some((line, at) => isHead(line, lines[at + 1]));
  const saysSo = isAboutFailure(mail.subject) && isFailed(words) && named.length > 0;
  if (action === null || !(said !== undefined || isDaemon(mail) || hasCopy || saysSo))
    return mail.contentType === 'multipart/report' ? OTHER : null;
  const failed = of('failed');
  return {
    isSure: isMachine(mail),
    action,
    about: idsIn(mail, { status, returned, text }),
    failed: failed.length > 0 ? failed : addressesIn(mail.headers.get('x-failed-recipients') ?? ''),
    reached: of('delivered'),
    named: [...new Set(named)].slice(0, MOST_ADDRESSES),
  };
}

const OTHER: DeliveryReport = {
  isSure: true,
  action: 'other',
  about: [],
  failed: [],
  reached: [],
  named: [],
};
const MOST_LINES = 2_000;
const LONGEST_LINE = 1_000;
const MOST_WORDS = 20_000;
const MOST_ADDRESSES = 20;
const MOST_IDS = 10;

const COPY_BEGINS = /^[ \t>|]{0,20}(return-path|received|message-id|mime-version|dkim-signature|x-mailer):/i;

const isHead = (line: string, next: string | undefined): boolean => HEAD.test(line) && HEAD.test(next ?? '');
const HEAD = /^[ \t>|]{0,20}(from|to|subject|date):/i;

function addresseesIn(copy: string): string[] {
  const to = /^[ \t>|]{0,20}(?:to|x-original-to|envelope-to|delivered-to):(.{0,1000})/im.exec(copy)?.[1];
  return to === undefined ? [] : addressesIn(to);
}

interface Fate {
  readonly fate: 'failed' | 'delayed' | 'delivered';
  /** As addressed and as delivered. */
  readonly recipients: readonly string[];
}

/** Worst first: a report is about the worst. */
const FATES = ['failed', 'delayed', 'delivered'] as const;

const FIELD =
  /^[ \t>]{0,20}(original-recipient|final-recipient|x-actual-recipient|action|status|diagnostic-code)[ \t]{0,20}:(.*)$/i;

/** RFC 3464, 2.3. A repeated field starts a group where no empty line does. */
function fatesIn(status: string): Fate[] {
  const groups: Map<string, string>[] = [new Map()];
  for (const line of status.split(/\r?\n/, MOST_LINES)) {
    const [, name = '', value = ''] = FIELD.exec(line.slice(0, LONGEST_LINE)) ?? [];
    const last = groups.at(-1) ?? new Map<string, string>();
    const key = name.toLowerCase();
    if (line.trim() === '' && last.size > 0) groups.push(new Map());
    else if (last.has(key)) groups.push(new Map([[key, value.trim()]]));
    else if (key !== '') last.set(key, value.trim());
  }
  return groups.flatMap((group) => {
    const fate = fateOf(group);
    const recipients = ['original-recipient', 'final-recipient', 'x-actual-recipient'].flatMap((name) =>
      addressesIn(group.get(name) ?? ''),
    );
    return fate === null || (recipients.length === 0 && !group.has('action')) ? [] : [{ fate, recipients }];
  });
}

function fateOf(group: ReadonlyMap<string, string>): Fate['fate'] | null {
  const action = /^[a-z]+/.exec(group.get('action')?.toLowerCase() ?? '')?.[0] ?? '';
  if (/^(fail|expired|undeliver|reject|bounce)/.test(action)) return 'failed';
  if (/^(delay|defer)/.test(action)) return 'delayed';
  if (/^(deliver|relay|expand)/.test(action)) return 'delivered';
  const code =
    /^\d/.exec(group.get('status') ?? '') ?? /\b[245](?=\d\d\b)/.exec(group.get('diagnostic-code') ?? '');
  switch (code?.[0]) {
    case '5':
      return 'failed';
    case '4':
      return 'delayed';
    case '2':
      return 'delivered';
    default:
      return null;
  }
}

const DELAYED =
  /(warning|delay(ed)?)\b.{0,60}(message|mail|delivery)\b.{0,30}(delayed|not (yet )?(been )?delivered|only)|not (yet )?been delivered (yet|to|after)|has not yet been|will (be retried|continue to|keep trying|retry|try again)|continue to (try|attempt)|(do not|don't|no) need to (resend|re-send|send)|(еще|ещё) не доставлен|задерж(ка|ан)|попыт(ки|ка) .{0,40}будут продолж/i;
const DELAYED_SUBJECT = /\bdelay|\bwarning\b|still being retried|задерж/i;
const DELIVERED =
  /\bsuccess(ful(ly)?)?\b.{0,30}(deliver|relay|sent)|(deliver|relay)(ed|y)\b.{0,30}success|(was|were|been) (delivered|relayed|read|displayed) (to|on|by)\b/i;
const DELIVERED_SUBJECT =
  /\((success|relay|expand)|\bsuccess|^(read|delivered|relayed|прочитано|доставлено):/i;
const FAILED: readonly RegExp[] = [
  /(not|n't|never|unable to|cannot|fail(ed|ure) to|failed) (be |been |able to be |yet be |to be )?(deliver|relay|sent|send|reach|accept)/i,
  /(un|non-?)deliver/i,
  /(not|un)able to (be )?(deliver|send|relay|reach|process)/i,
  /(permanent|fatal|unrecoverable) (fatal |delivery )?(error|fail)|fail(ed)? permanently|fatal error/i,
  /failure notice|giv(en|ing) up/i,
  /(unknown|no such|invalid|non-?existent|unrouteable|unrouted|bad|inactive|disabled) (local )?(user|recipient|address|mailbox|account|domain|host|destination)/i,
  /\b5\d\d[ -]#?5\.\d{1,3}\.\d{1,3}\b|(^|[\s:(<#])5[05]\d[ -]|#5\.\d\.\d/i,
  /rejected|refused|bounced|expired/i,
  /не (может быть |было |был |была )?доставлен|недоставлен|не найден|не существует/i,
  /nicht (zugestellt|ausgeliefert)|unzustellbar|n'a (pas )?pu|non remis|no se (ha |pudo )?(podido )?entreg|配信(でき|不能|に失敗)|送信(でき|に失敗)|届け|あて先|宛先|失败|退信|无法投递|未能/i,
  /malformed (recipient )?address/i,
];
/** A sentence with both words says it. */
const TOGETHER: readonly (readonly [RegExp, RegExp])[] = [
  [/deliver/i, /fail|error|problem|unsuccessful|not possible|impossible|aborted|cancel|rejected/i],
  [/return(ed|ing)\b/i, /to (the )?sender|mail|message|undeliver/i],
  [/quota|limit|size/i, /exceed/i],
  [/не удалось|невозможно/i, /доставить|отправить/i],
  [
    /user|recipient|address|mailbox|account|host|domain/i,
    /unknown|not found|(does(n't| not)|not) exist|unavailable|disabled|inactive|is full|over quota|rejected|invalid|not listed|aborted/i,
  ],
];

const isFailed = (words: string): boolean =>
  FAILED.some((pattern) => pattern.test(words)) ||
  words
    .split(/[.!?] /)
    .some((sentence) => TOGETHER.some(([what, how]) => what.test(sentence) && how.test(sentence)));

function actionBy(subject: string, words: string): DeliveryReport['action'] | null {
  if (DELAYED_SUBJECT.test(subject) || DELAYED.test(words)) return 'delayed';
  if (DELIVERED_SUBJECT.test(subject)) return 'delivered';
  if (FAILED_SUBJECT.test(subject)) return 'failed';
  if (DELIVERED.test(words)) return 'delivered';
  return isFailed(words) ? 'failed' : null;
}

const MESSAGE_ID =
  /^[ \t>|]{0,20}(?:x-)?(?:original-)?message-id[ \t]{0,20}:\s{0,20}(<[^<>\s]{1,500}>|[^<>\s]{1,500})/gim;

/** Likeliest first: the returned mail's id, then those that the report answers. */
function idsIn(mail: Mail, { status, returned, text }: ReportParts): string[] {
  const idsOf = (source: string) => [...source.matchAll(MESSAGE_ID)].map(([, id]) => messageIdOf(id));
  const back = returned.flatMap((source) =>
    idsOf(source)
      .filter((id) => id !== mail.messageId)
      .slice(0, 1),
  );
  const ids = [
    ...back,
    ...idsOf(text),
    ...status.flatMap(idsOf),
    mail.inReplyTo,
    ...mail.references.toReversed(),
  ];
  return [...new Set(ids.filter((id) => id !== null && id !== mail.messageId))].slice(
    0,
    MOST_IDS,
  ) as string[];
}

const AROUND_ADDRESS = /[\s<>"'(),:;[\]]+/;

function addressesIn(text: string): string[] {
  const found = text
    .slice(0, MOST_WORDS)
    .toLowerCase()
    .split(AROUND_ADDRESS)
    .filter((word) => word.length < 320 && /^[^@]+@[^@]+$/.test(word))
    .map((word) => word.replace(/\.$/, ''));
  return [...new Set(found)].slice(0, MOST_ADDRESSES);
}
