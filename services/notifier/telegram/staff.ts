import type { BotApi, StaffUpdate } from '@otklik/channels';
import type { Config } from '@otklik/config';
import {
  awayUntil,
  channelIn,
  DAY,
  type EpochMs,
  type Locale,
  mayLink,
  type Person,
  personInCharge,
  SECOND,
  standInsFor,
  takenUntil,
} from '@otklik/domain';
import {
  type ClaimedNotice,
  type ClockRules,
  type Commanded,
  canReach,
  chooseLocale,
  comeBack,
  createLinkCode,
  endDeadEnd,
  type Guesses,
  handOver,
  type LivePeople,
  listWaits,
  nextReminderAt,
  noReplyNeeded,
  noteDeadEnd,
  noticeForEdit,
  noticesInChat,
  openByOwner,
  ownerReport,
  type RecordRules,
  releaseWait,
  type Store,
  saveBotWords,
  stepOut,
  takeWait,
  useLinkCode,
  waitAskedOf,
  wantCard,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { lasted, listTextsOf, type Texts, textsOf, timeOfDay } from '@otklik/texts';
import { colleaguesFor } from '../messages/colleagues.ts';
import { cut } from '../messages/cut.ts';
import { nameOf } from '../messages/ping.ts';
import { answeredByAlbum, edited, passOn, relayId } from './answers.ts';
import { type Answer, callBackByButton } from './callBack.ts';
import { chooseReason, decideByButton, disputeByButton } from './disputes.ts';
import type { Menus } from './menu.ts';
import { chooseWhom, digestOf, escapeHtml } from './message.ts';
import { type Press, parsePress } from './press.ts';
import { messageOf, mutable, withLinksOrWithout } from './transport.ts';
import { askedOf, waitsMessageOf } from './waitsPages.ts';

export interface StaffDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  people: Pick<LivePeople, 'refresh'>;
  api(): BotApi | null;
  /** Of link codes, by Telegram account. */
  guesses: Guesses;
  log: Log;
  now(): EpochMs;
  /** Goes on while the next updates are handled; ends before the service does. */
  meanwhile(work: Promise<void>): void;
  /** What the bot offers to each of our people. */
  readonly menus: Menus;
  /** Aborted when the service can wait no longer. */
  readonly stopped: AbortSignal;
}

/** What one of our people did in the bot: pressed a button, answered a ping, asked something. Doing it twice changes nothing. */
export async function handleStaff(update: StaffUpdate, deps: StaffDeps): Promise<void> {
  const bot = deps.api();
  if (!bot) return;
  const person = [...deps.config().people.values()].find(({ telegram }) => telegram === update.from);
  if (person) await heardOf(update, person, deps);
  if (update.kind === 'membership') return;
  if (person) deps.meanwhile(deps.menus.show(person, update.chat));
  if (update.kind === 'press') {
    const said = person
      ? await pressed(update, person, deps)
      : textsOf(deps.config().locale).notOurs(update.from);
    if (typeof said !== 'string' && 'meanwhile' in said)
      deps.meanwhile(said.meanwhile.then((answer) => answerPress(update, person, answer, deps)));
    else await answerPress(update, person, said, deps);
    return;
  }
  if (update.kind === 'edit') {
    const told = person ? await edited(update, person, deps) : null;
    if (told !== null) await answer(update, person, told, deps);
    return;
  }
  const said =
    (await linked(update, deps)) ??
    (person ? await heard(update, person, deps) : textsOf(deps.config().locale).notOurs(update.from));
  if (said !== null) await answer(update, person, said, deps);
}

/** Instead of words: the list of those who wait. */
const WHO_WAITS = Symbol('who waits');
/** Telegram takes 4,096 UTF-16 units, and five for each `&`. */
const MOST_TEXT = 4_000;

/** Kept as words are; the button spins until it is said. */
async function answerPress(
  update: Extract<StaffUpdate, { kind: 'press' }>,
  person: Person | undefined,
  said: string | Answer,
  { store, now }: StaffDeps,
): Promise<void> {
  const { text, isAlert = false } = typeof said === 'string' ? { text: said } : said;
  await saveBotWords(
    store.db,
    {
      id: `press ${update.callbackId}`,
      chat_id: update.chat,
      message_id: null,
      callback_id: update.callbackId,
      is_alert: isAlert,
      person: person?.id ?? null,
      text,
    },
    now(),
  );
}

/** Kept until it is said: neither an outage of Telegram nor a restart leaves anybody without an answer. */
async function answer(
  update: Extract<StaffUpdate, { kind: 'words' | 'edit' }>,
  person: Person | undefined,
  said: string | typeof WHO_WAITS,
  { store, now }: StaffDeps,
): Promise<void> {
  const { chat, message } = update;
  await saveBotWords(
    store.db,
    {
      id: `${relayId(update)}:${update.updateId}`,
      chat_id: chat,
      message_id: message,
      callback_id: null,
      is_alert: false,
      person: person?.id ?? null,
      text: said === WHO_WAITS ? null : cut(said, MOST_TEXT),
    },
    now(),
  );
}

/** Whoever does anything here can be written to; whoever blocks the bot cannot, and that is known before a ping is lost. */
async function heardOf(update: StaffUpdate, person: Person, deps: StaffDeps): Promise<void> {
  const isBlocked = update.kind === 'membership' && update.isBlocked;
  const isDead = person.deadEnds.some(({ transport }) => transport === 'telegram');
  if (isBlocked === isDead) return;
  if (isBlocked) await noteDeadEnd(deps.store, person, 'telegram', BLOCKED, update.at);
  else await endDeadEnd(deps.store, person.id, 'telegram');
  await deps.people.refresh();
}

/** As Telegram itself refuses what is sent there then. */
const BLOCKED = 'Forbidden: bot was blocked by the user';

async function pressed(
  update: Extract<StaffUpdate, { kind: 'press' }>,
  person: Person,
  deps: StaffDeps,
): Promise<string | Answer | { readonly meanwhile: Promise<Answer> }> {
  const { store, now } = deps;
  const texts = textsOf(person.locale);
  const press = parsePress(update.data);
  if (press?.does === 'page') return slow(turnTo(press.page, update, person, texts, deps));
  if (press?.does === 'take_wait') return takeListed(press.wait, person, texts, deps);
  const notice = press && (await noticeForEdit(store, press.notice));
  if (!press || !notice?.wait) return texts.unknownWait;
  if (!mayActOn(notice, person, deps.config())) return { text: texts.notYourPing, isAlert: true };
  const id = notice.wait.id;
  const at = now();
  switch (press.does) {
    case 'take': {
      const taken = await takeWait(store, deps.rules(), id, person.id, at);
      const theirs = taken.outcome === 'done' || taken.reason === 'already_taken';
      if (theirs && notice.recipient === person.id && (await isOnList(notice, store)))
        await wantCard(store, notice, at);
      return said(taken, person, deps, (wait) => tookText(wait, person, texts, deps, at));
    }
    case 'release':
      return said(await releaseWait(store, deps.rules(), id, person.id, at), person, deps, (wait) =>
        texts.released(nextOf(wait, person, deps, at)),
      );
    case 'call':
      return callBackByButton(update, notice.wait, person, deps, (refused) =>
        said(refused, person, deps, () => ''),
      );
    case 'no_reply':
      return said(
        await noReplyNeeded(store, deps.rules(), id, person.id, at),
        person,
        deps,
        () => texts.decided,
      );
    case 'hand_over':
      // Nothing reaches them: the client would wait in a void.
      if (deps.config().people.has(press.to) && !canReach(deps.rules(), press.to))
        return { text: texts.cannotReach(nameOf(press.to, deps.config(), texts)), isAlert: true };
      return said(await handOver(store, deps.rules(), id, person.id, press.to, at), person, deps, (wait) =>
        handedText(wait, person, texts, deps, at),
      );
    case 'dispute':
      return disputeByButton(notice, press.reason, person, deps);
    case 'accept':
    case 'reject':
      return decideByButton(notice, press.does === 'accept', person, deps);
    case 'choose':
    case 'why':
    case 'back':
      return slow(showChoice(press, notice, person, texts, deps));
  }
}

/** What Telegram itself has to do first: it may hang, and the next press must not wait for it. */
const slow = (text: Promise<string>): { readonly meanwhile: Promise<Answer> } => ({
  meanwhile: text.then((said) => ({ text: said })),
});

type Taken = Extract<Commanded, { outcome: 'done' }>['wait'];

/** What a take promises: the client's window, which no take moves, and when the chain goes on. */
const tookText = (wait: Taken, person: Person, texts: Texts, deps: StaffDeps, now: EpochMs): string =>
  texts.took(
    timeOfDay(wait.breach_at, now, person.timezone),
    now >= wait.breach_at,
    nextOf(wait, person, deps, now),
  );

function handedText(wait: Taken, person: Person, texts: Texts, deps: StaffDeps, now: EpochMs): string {
  const rules = deps.rules();
  const until = takenUntil(channelIn(rules, wait.channel).policy, rules.calendar, now);
  const isTaken = wait.owner === person.id;
  return texts.handedTo(
    nameOf(wait.owner, deps.config(), texts),
    isTaken ? null : timeOfDay(until, now, person.timezone),
  );
}

function nextOf(wait: Taken, { timezone }: Person, deps: StaffDeps, now: EpochMs): string | null {
  const next = nextReminderAt(wait, deps.rules(), now);
  return next === null ? null : timeOfDay(next, now, timezone);
}

/** A ping is for whom it was sent to, whatever a forged press says; beside them the head of the wait's channel may act on it. */
function mayActOn({ recipient, wait }: ClaimedNotice, person: Person, config: Config): boolean {
  return recipient === person.id || config.channels.get(wait?.channel ?? '')?.head === person.id;
}

/** Swaps the buttons for what there is to choose from (people to hand over to, reasons of a dispute), and back. */
async function showChoice(
  press: Press,
  notice: ClaimedNotice,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string> {
  const { wait, chat_id, message_id } = notice;
  const bot = deps.api();
  if (!bot || !wait || chat_id === null || message_id === null) return texts.unknownWait;
  if (press.does === 'choose' && wait.closed_at !== null) return texts.alreadyClosed;
  // It has become a list since: what is shown there belongs to others too.
  if (await isOnList(notice, deps.store)) {
    if (press.does !== 'why' || notice.recipient !== person.id) return listTextsOf(person.locale).notOne;
    await wantCard(deps.store, notice, deps.now());
    return listTextsOf(person.locale).blameHere;
  }
  const plain = messageOf([notice], person, deps.config(), deps.now());
  if (!plain) return texts.unknownWait;
  const choice = {
    config: deps.config(),
    rules: deps.rules(),
    open: await openByOwner(deps.store.db),
    canReach: (id: string) => canReach(deps.rules(), id),
    now: deps.now(),
  };
  const message =
    press.does === 'choose'
      ? chooseWhom(plain, notice.id, colleaguesFor(wait, choice), press.page, person.locale)
      : press.does === 'why'
        ? chooseReason(plain, notice.id, person.locale)
        : plain;
  const edited = await bot.editMessageText({
    chat_id,
    message_id,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...mutable(message),
  });
  if (edited.outcome !== 'ok')
    deps.log.warn({ problem: edited.problem, digest: digestOf(message) }, 'a ping could not be edited');
  return '';
}

/** Whether the message that this notice stands on tells of others too. */
async function isOnList({ held, chat_id, message_id }: ClaimedNotice, store: Store): Promise<boolean> {
  if (held) return true;
  return chat_id !== null && message_id !== null && (await waitsOn(store, chat_id, message_id)).size > 1;
}

/** The waits that the message with this number tells of, each with a notice about it. */
async function waitsOn(store: Store, chat: number, message: number): Promise<Map<string, { id: string }>> {
  const notices = await noticesInChat(store, chat, message);
  return new Map(notices.map((notice) => [notice.wait_id, notice]));
}

function said(
  result: Commanded,
  person: Person,
  deps: StaffDeps,
  done: (wait: Extract<Commanded, { outcome: 'done' }>['wait']) => string,
): string {
  const texts = textsOf(person.locale);
  if (result.outcome === 'done') return done(result.wait);
  switch (result.reason) {
    case 'already_closed':
      return result.wait?.outcome
        ? texts.closed(
            result.wait.outcome,
            lasted((result.wait.closed_at ?? 0) - result.wait.opened_at, person.locale),
            result.wait.answered_by === null ? null : nameOf(result.wait.answered_by, deps.config(), texts),
          )
        : texts.alreadyClosed;
    case 'taken_by_other':
      return texts.takenBy(nameOf(result.wait?.taken_by ?? 'unknown', deps.config(), texts), null);
    case 'already_taken':
      return texts.alreadyTaken;
    case 'not_taken':
      return texts.notTaken;
    case 'just_called':
      return texts.justCalled;
    case 'same_owner':
      return texts.sameOwner;
    case 'unknown_person':
      return texts.unknownPerson;
    case 'unknown_wait':
      return texts.unknownWait;
  }
}

/** `/start CODE`, or the code alone, links the account to the person whose code it is; null when no code was sent. */
async function linked(
  update: Extract<StaffUpdate, { kind: 'words' }>,
  deps: StaffDeps,
): Promise<string | null> {
  const code = /^(?:\/start\s+)?([A-Za-z2-9]{8})$/.exec(update.text?.trim() ?? '')?.[1];
  if (code === undefined || update.replyTo !== null) return null;
  const texts = textsOf(deps.config().locale);
  const account = String(update.from);
  // One of ours may write a word of eight letters; whoever we do not know has nothing else to say here.
  const isKnown = [...deps.config().people.values()].some(({ telegram }) => telegram === update.from);
  const isAsked = !isKnown || (update.text?.startsWith('/') ?? false);
  const restMs = deps.guesses.restMs(account, deps.now());
  if (restMs > 0) return isAsked ? texts.tooManyCodes(Math.ceil(restMs / SECOND)) : null;
  const looked = await deps.guesses.look(
    account,
    code.toUpperCase(),
    () => useLinkCode(deps.store, code, update.from, deps.now()),
    deps.now,
  );
  if (looked.outcome !== 'right') return isAsked ? texts.badCode : null;
  const id = looked.found;
  await deps.people.refresh();
  const person = deps.config().people.get(id);
  if (person) deps.meanwhile(deps.menus.show(person, update.chat));
  return person ? textsOf(person.locale).hello(person.name) : texts.badCode;
}

/** Words in the bot's chat. A reply to a ping goes on to the client; everything else is a question to the bot. */
async function heard(
  update: Extract<StaffUpdate, { kind: 'words' }>,
  person: Person,
  deps: StaffDeps,
): Promise<string | typeof WHO_WAITS | null> {
  const texts = textsOf(person.locale);
  const [, command, rest = ''] = /^\/([a-z]+)(?:@\w+)?\s*(.*)$/is.exec(update.text ?? '') ?? [];
  switch (command?.toLowerCase()) {
    case 'start':
    case 'help':
      return texts.hello(person.name);
    case 'waits':
      return WHO_WAITS;
    case 'away':
      return goAway(rest, person, texts, deps);
    case 'back':
      await comeBack(deps.store, person.id, person.id, deps.now());
      await deps.people.refresh();
      return texts.cameBack;
    case 'lang':
      return speak(rest.trim().toLowerCase(), person, update, deps);
    case 'stats':
      return myWeek(person, texts, deps);
    case 'invite':
      return invite(rest.trim(), person, texts, deps);
  }
  const album = update.album ? await answeredByAlbum(update, deps.store) : null;
  if (album) return passOn(update, album, person, deps);
  if (update.replyTo === null) return texts.nothingToAnswer;
  const [ping, ...others] = (await waitsOn(deps.store, update.chat, update.replyTo)).values();
  if (!ping) return texts.nothingToAnswer;
  if (others.length > 0) return listTextsOf(person.locale).notOne;
  return answered(update, ping, person, texts, deps);
}

/** null when all is well: the relay itself tells when the words have reached the client. */
async function answered(
  update: Extract<StaffUpdate, { kind: 'words' }>,
  ping: { id: string },
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string | null> {
  const notice = await noticeForEdit(deps.store, ping.id);
  if (!notice?.wait) return texts.unknownWait;
  if (!mayActOn(notice, person, deps.config())) return texts.notYourPing;
  return passOn(update, notice.wait, person, deps);
}

/** Of more than so many open waits nobody needs the number. */
const MOST_COUNTED = 10_000;

/** A head lets in their people without a terminal: a code that the person sends to the bot. */
async function invite(who: string, head: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  if (head.role !== 'head') return texts.onlyHeadsInvite;
  const { people, channels } = deps.config();
  const theirs = [...people.values()].filter(
    ({ id }) => id !== head.id && mayLink(head.id, id, channels.values()),
  );
  const isMeant = ({ id, name }: Person) => id === who || name.toLowerCase() === who.toLowerCase();
  const person = who === '' ? undefined : theirs.find(isMeant);
  if (!person) {
    const left = theirs.filter(({ telegram }) => telegram === null);
    return texts.inviteWhom(
      (left.length > 0 ? left : theirs).map(({ id, name }) => `/invite ${id} — ${name}`),
    );
  }
  const now = deps.now();
  const { code, expiresAt } = await createLinkCode(deps.store, person.id, head.id, now);
  return texts.invited(person.name, code, timeOfDay(expiresAt, now, head.timezone));
}

const OTHER: Record<Locale, Locale> = { ru: 'en', en: 'ru' };

/** `/lang en` writes to a person in English from now on, `/lang` in the other language. */
async function speak(
  asked: string,
  person: Person,
  { chat }: Extract<StaffUpdate, { kind: 'words' }>,
  deps: StaffDeps,
): Promise<string> {
  const locale = asked === '' ? OTHER[person.locale] : asked;
  if (locale !== 'ru' && locale !== 'en') return textsOf(person.locale).languages;
  await chooseLocale(deps.store, person.id, locale, deps.now());
  await deps.people.refresh();
  deps.meanwhile(deps.menus.show({ ...person, locale }, chat));
  return textsOf(locale).inThisLanguage;
}

async function goAway(words: string, person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const now = deps.now();
  const until = awayUntil(words, now, person.timezone);
  if (until === null) return texts.awayHow;
  await stepOut(deps.store, person.id, person.id, until, now);
  await deps.people.refresh();
  const { people, channels } = deps.config();
  const name = (id: string) => nameOf(id, deps.config(), texts);
  const gone = people.get(person.id) ?? person;
  const standIns = Map.groupBy(standInsFor(gone, channels.values(), people, now), ({ asked }) =>
    asked.person === person.id ? null : asked.person,
  );
  const rows = [...standIns].map(([who, theirs]) => ({
    who: who === null ? null : name(who),
    isDeaf: who !== null && !canReach(deps.rules(), who),
    channels: theirs.map(({ channel }) => channel.name).join(', '),
  }));
  const scope = { all: false, person: person.id, channels: [] } as const;
  const query = { scope, owner: person.id, state: 'open', history: false, limit: MOST_COUNTED } as const;
  const open = (await listWaits(deps.store, query)).items;
  const kept = open.filter((wait) => {
    const channel = channelIn(deps.rules(), wait.channel);
    const inCharge = personInCharge({ owner: wait.owner, ownerWhy: wait.owner_why }, channel, people, now);
    return inCharge.person === person.id;
  });
  return texts.wentAway(timeOfDay(until, now, person.timezone), rows, {
    passed: open.length - kept.length,
    kept: kept.length,
  });
}

async function myWeek(person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const to = deps.now();
  const [mine] = await ownerReport(deps.store, {
    from: to - 7 * DAY,
    to,
    scope: { all: true },
    owner: person.id,
  });
  if (!mine) return texts.noWeek;
  return texts.week({
    waits: mine.waits,
    answered: mine.answered,
    inTime: mine.in_time,
    judged: mine.judged,
    median: mine.p50 === null ? null : lasted(mine.p50 * SECOND, person.locale),
    breached: mine.breached,
    excused: mine.excused + mine.late_delivered,
    formal: mine.formal,
    noReply: mine.no_reply_needed,
    afterHours: mine.after_hours_answered,
  });
}

/** The list of those who wait, on the page that was asked for and as it is now. */
async function turnTo(
  page: number,
  { chat, message: message_id }: Extract<StaffUpdate, { kind: 'press' }>,
  person: Person,
  texts: Texts,
  deps: StaffDeps,
): Promise<string> {
  const bot = deps.api();
  if (!bot || message_id === null) return texts.unknownWait;
  const now = deps.now();
  const message = (await waitsMessageOf(page, person, deps)) ?? {
    text: escapeHtml(texts.noWaits),
    reply_markup: { inline_keyboard: [] },
  };
  const edited = await withLinksOrWithout(message, (each) =>
    bot.editMessageText({
      chat_id: chat,
      message_id,
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      ...mutable(each),
    }),
  );
  if (edited.outcome !== 'ok') {
    deps.log.warn({ problem: edited.problem }, 'a list could not be turned');
    return listTextsOf(person.locale).notTurned;
  }
  return listTextsOf(person.locale).trueAt(timeOfDay(now, now, person.timezone));
}

/** Takes somebody from the list of those who wait; their card follows, by which they can be answered. */
async function takeListed(id: string, person: Person, texts: Texts, deps: StaffDeps): Promise<string> {
  const { store } = deps;
  const at = deps.now();
  const wait = await waitAskedOf(store, askedOf(person, deps.config()), id);
  if (!wait) return texts.unknownWait;
  const taken = await takeWait(store, deps.rules(), id, person.id, at);
  if (taken.outcome === 'done' || taken.reason === 'already_taken') {
    const stage = at >= wait.breach_at ? 'breached' : 'warned';
    const about = { wait_id: id, channel: wait.channel, step: null, stage, recipient: person.id } as const;
    await wantCard(store, { ...about, transport: 'telegram' }, at);
  }
  return said(taken, person, deps, (now) => tookText(now, person, texts, deps, at));
}
