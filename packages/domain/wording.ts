import type { Wording } from './event.ts';
import { isFarewell, isFormal } from './fillerReplies.ts';
import { normalized } from './normalized.ts';
import type { EpochMs } from './time.ts';

/** Clause S6: a late reply apologises and thanks for waiting. */
export interface Etiquette {
  /** After the window. */
  readonly late: boolean;
  /** null when the words are unknown (a call, a text not kept). */
  readonly apology: boolean | null;
  /** For waiting or patience, not for anything else. null as above. */
  readonly thanks: boolean | null;
}

export interface BesideWords {
  /** Besides the known ones. */
  readonly formalReplies: readonly string[];
  /** Or may have come: a photo, a sticker, a contact. */
  readonly attached: boolean;
}

/**
 * In Russian or English; null for a text that the channel does not tell (not for an empty one). Words, not meaning:
 * «простите» before a question is an apology. `text` must be whole.
 */
export function wordingOf(text: string | null, { formalReplies, attached }: BesideWords): Wording | null {
  if (text === null) return null;
  if (isBlank(text)) return attached ? null : EMPTY;
  const looked = plain(text.slice(0, LOOKED_AT));
  return {
    formal: isFormal(text, formalReplies),
    farewell: isFarewell(text),
    apology: isIn(looked, APOLOGIES),
    thanks: isIn(looked, THANKS),
  };
}

const EMPTY: Wording = { formal: false, farewell: false, apology: false, thanks: false, empty: true };

/** Nothing of it is visible. */
const isBlank = (text: string): boolean =>
  /^[\s\u2800\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]*$/u.test(text);

/** Apologies come early: a megabyte must not cost more than a long letter. */
const LOOKED_AT = 8_000;

export function etiquetteOf(wording: Wording | null, answeredAt: EpochMs, breachAt: EpochMs): Etiquette {
  return {
    late: answeredAt > breachAt,
    apology: wording?.apology ?? null,
    thanks: wording?.thanks ?? null,
  };
}

/** Lower case, «е» for «ё», one apostrophe, single spaces. Line ends stay, as they end phrases. */
function plain(text: string): string {
  return normalized(text, 'NFC')
    .toLowerCase()
    .replaceAll('ё', 'е')
    .replace(/[’ʼ`]/gu, "'")
    .replace(/[^\S\n]+/gu, ' ');
}

const isIn = (text: string, phrases: readonly RegExp[]): boolean =>
  phrases.some((phrase) => phrase.test(text));

/** Whole words (`\b` knows no Cyrillic). `..`: up to four words between; `,..`: also after commas. */
function phrase(source: string): RegExp {
  const words = source.replaceAll(',.. ', between(',?')).replaceAll('.. ', between(''));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})(?![\\p{L}\\p{N}])`, 'u');
}

/** An apology is never inside thanks: «спасибо за заказ и извините за ожидание». */
const between = (comma: string): string => `(?:(?!извин|прост|sorry|apolog)[\\p{L}\\p{N}'-]+${comma} ){0,4}`;

/** Before an apology, its opposite: «не извиняюсь», "not sorry". */
const NOT = "(?<!(?:не|ни|без|not|no|never|don't|without) )";
/** After an apology: for something else than the delay. */
const NOT_FOR_THIS = '(?! за (?:беспокойство|назойливость|настойчивость|опечатк[уи]))';

/** After Т. В. Ларина, «Категория вежливости и стиль коммуникации»; «жаль, что пришлось ждать» is how services say it. */
const APOLOGIES = [
  `${NOT}(?:извини(?:те)?|прости(?:те)?)${NOT_FOR_THIS}`,
  `${NOT}(?:извиняюсь|извиняемся)${NOT_FOR_THIS}`,
  `(?:прошу|просим|попрошу|попросим),? ,.. (?:прощени[яе]|прощенья|извинени[яей]|извинить|простить)${NOT_FOR_THIS}`,
  `(?:приношу|приносим|принести|примите|прими),? ,.. извинени[яе]${NOT_FOR_THIS}`,
  `(?:наши|мои|искренние|глубочайшие) извинения${NOT_FOR_THIS}`,
  `(?:хочу|хотим|хотел|хотела|хотели|должен|должна|должны|позвольте|разрешите|спешу|спешим) .. извиниться${NOT_FOR_THIS}`,
  `${NOT}(?:сожалею|сожалеем)`,
  'жаль,? что .. (?:ждать|задержал[иа]?сь|задержался|ответил[иа]?)',
  `${NOT}(?:виноват[аы]?|(?:моя|наша) вина|по (?:моей|нашей) вине)`,
  `${NOT}(?:so |very |really )?sorry(?! to hear)(?! for your loss)`,
  `${NOT}(?:my|our|sincere|deepest) apolog(?:y|ies)`,
  "(?<!(?:to|need to|not|don't|never|you) )apologi[sz]e",
  '(?:want|wanted|like|have|must|let me|let us|allow me|allow us) to apologi[sz]e|(?:let me|let us) apologi[sz]e',
  '(?:accept|owe you) .. apolog(?:y|ies)|apologies (?:for|that)',
  `${NOT}(?:excuse|forgive|pardon) (?:me|us|my|our|the)`,
  `${NOT}regret .. (?:delay|wait|late)`,
].map(phrase);

const THANK =
  '(?:спасибо|спс|благодарю|благодарим|благодар(?:ен|на|ны)|благодарность|признател(?:ен|ьна|ьны)|ценю|ценим)';
const PATIENCE =
  '(?:ожидание|ожиданье|терпение|терпенье|терпеливость|долготерпение|(?:время|минуты|минуту) ожидания)';
const WAITED =
  '(?:дождал(?:ись|ся|ась)|(?:подо|обо|про)?жд(?:али|ал|ала|ете|ешь)|ожида(?:ли|л|ла|ете)|потерпели)';
const THANK_EN = '(?:thanks|thank you|thank u|thx|grateful|appreciate|appreciated)';
const PATIENCE_EN =
  '(?:waiting|patience|patiently|being .. patient|wait|bearing with (?:us|me)|holding|hanging on|standing by)';

/**
 * Thanks by the same book, but only for waiting and patience: «благодарим, что дождались», "thanks for bearing with
 * us".
 */
const THANKS = [
  `${THANK}(?! не) .. за .. ${PATIENCE}`,
  `${THANK},? ,.. что ,.. ${WAITED}`,
  `(?:ценю|ценим) .. ${PATIENCE}`,
  `за .. ${PATIENCE},? .. ${THANK}`,
  `(?<!no )${THANK_EN} .. for .. ${PATIENCE_EN}`,
  `appreciate .. (?:patience|waiting|you waiting)`,
  `(?:your|the) patience is .. appreciated`,
].map(phrase);
