import type { Locale } from '@otklik/domain';

type FileKind = 'photo' | 'video' | 'voice' | 'audio' | 'document';
/** What can be attached but is no file. */
type NoFile = 'sticker' | 'location' | 'contact' | 'poll' | 'video_note' | 'other';
type Carries = Readonly<Partial<Record<FileKind, { readonly most: number }>>>;

/** Sizes in bytes. */
type NotCarried =
  | { readonly why: 'nothing' }
  | { readonly why: 'kind'; readonly can: Carries }
  | { readonly why: 'type'; readonly mime: string }
  | { readonly why: 'size'; readonly most: number; readonly size: number }
  | { readonly why: 'telegram'; readonly size: number };

/** About files attached to answers, and about edited answers. */
export interface FileTexts {
  sentAlbum(client: string, sent: number, all: number): string;
  edited(client: string): string;
  /** `waits`: the client still does. */
  noFile(what: NoFile, waits: boolean): string;
  /** `isAlbum`: it is true of all of this kind in the album. */
  notCarried(kind: FileKind, why: NotCarried, channel: string, waits: boolean, isAlbum: boolean): string;
  whyNotCarried(why: NotCarried, channel: string): string;
}

const MB = 1024 * 1024;
const sizeIn = (locale: Locale, bytes: number): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: bytes < 10 * MB ? 1 : 0 }).format(bytes / MB);

/** With the largest size that gets there from our bot. */
function kindsIn(
  can: Carries,
  mostFromBot: number,
  names: Record<FileKind, string>,
  size: (bytes: number) => string,
): string[] {
  const order: readonly FileKind[] = ['photo', 'video', 'voice', 'audio', 'document'];
  return order.flatMap((kind) => {
    const limit = can[kind];
    return limit === undefined ? [] : [`${names[kind]} ${size(Math.min(limit.most, mostFromBot))}`];
  });
}

const RU_KINDS: Record<FileKind, string> = {
  photo: 'фото',
  video: 'видео',
  voice: 'голосовое',
  audio: 'аудио',
  document: 'файл',
};
const RU_NOT_SENT: Record<FileKind | NoFile, string> = {
  photo: 'Фото не отправлено',
  video: 'Видео не отправлено',
  voice: 'Голосовое не отправлено',
  audio: 'Аудио не отправлено',
  document: 'Файл не отправлен',
  sticker: 'Стикер не отправлен',
  location: 'Геопозиция не отправлена',
  contact: 'Контакт не отправлен',
  poll: 'Опрос не отправлен',
  video_note: 'Видеосообщение не отправлено',
  other: 'Сообщение не отправлено',
};
const RU_ALBUM: Record<FileKind, string> = {
  photo: 'Фото из альбома не отправлены',
  video: 'Видео из альбома не отправлены',
  voice: 'Голосовые не отправлены',
  audio: 'Аудио из альбома не отправлены',
  document: 'Файлы из альбома не отправлены',
};
const ruSize = (bytes: number) => `до ${sizeIn('ru', bytes)} МБ`;

function ruWhy(why: NotCarried, channel: string, mostFromBot: number): string {
  switch (why.why) {
    case 'nothing':
      return `в канал «${channel}» отсюда уходит только текст`;
    case 'kind':
      return `в канал «${channel}» отсюда можно отправить только ${kindsIn(why.can, mostFromBot, RU_KINDS, ruSize).join(', ')}`;
    case 'type':
      return `канал «${channel}» не принимает файлы такого вида (${why.mime})`;
    case 'size':
      return `канал «${channel}» принимает такие файлы ${ruSize(why.most)}, а здесь ${sizeIn('ru', why.size)} МБ`;
    case 'telegram':
      return `Telegram отдаёт ботам файлы ${ruSize(mostFromBot)}, а здесь ${sizeIn('ru', why.size)} МБ`;
  }
}

const ru = (mostFromBot: number): FileTexts => ({
  sentAlbum: (client, sent, all) =>
    sent === all
      ? `Отправлено: ${client}, весь альбом (${sent}).`
      : `Отправлено не всё: ${client}, из альбома ${sent} из ${all}.`,
  edited: (client) => `Исправлено и у клиента: ${client}.`,
  noFile: (what, waits) =>
    `${RU_NOT_SENT[what]}: такое отсюда клиенту не уходит. Отправьте в самом чате${waits ? ' — клиент ещё ждёт' : ''}.`,
  notCarried: (kind, why, channel, waits, isAlbum) =>
    `${(isAlbum ? RU_ALBUM : RU_NOT_SENT)[kind]}: ${ruWhy(why, channel, mostFromBot)}. Отправьте в самом чате${waits ? ' — клиент ещё ждёт' : ''}.`,
  whyNotCarried: (why, channel) => ruWhy(why, channel, mostFromBot),
});

const EN_KINDS: Record<FileKind, string> = {
  photo: 'pictures',
  video: 'videos',
  voice: 'voice messages',
  audio: 'audio',
  document: 'files',
};
const EN_NOT_SENT: Record<FileKind | NoFile, string> = {
  photo: 'Picture not sent',
  video: 'Video not sent',
  voice: 'Voice message not sent',
  audio: 'Audio not sent',
  document: 'File not sent',
  sticker: 'Sticker not sent',
  location: 'Location not sent',
  contact: 'Contact not sent',
  poll: 'Poll not sent',
  video_note: 'Video message not sent',
  other: 'Not sent',
};
const EN_ALBUM: Record<FileKind, string> = {
  photo: 'Pictures of the album not sent',
  video: 'Videos of the album not sent',
  voice: 'Voice messages not sent',
  audio: 'Audio of the album not sent',
  document: 'Files of the album not sent',
};
const enSize = (bytes: number) => `up to ${sizeIn('en', bytes)} MB`;

function enWhy(why: NotCarried, channel: string, mostFromBot: number): string {
  switch (why.why) {
    case 'nothing':
      return `only text goes to “${channel}” from here`;
    case 'kind':
      return `only this goes to “${channel}” from here: ${kindsIn(why.can, mostFromBot, EN_KINDS, enSize).join(', ')}`;
    case 'type':
      return `“${channel}” takes no files of that sort (${why.mime})`;
    case 'size':
      return `“${channel}” takes it ${enSize(why.most)}, and this has ${sizeIn('en', why.size)} MB`;
    case 'telegram':
      return `Telegram gives bots files ${enSize(mostFromBot)}, and this has ${sizeIn('en', why.size)} MB`;
  }
}

const en = (mostFromBot: number): FileTexts => ({
  sentAlbum: (client, sent, all) =>
    sent === all
      ? `Sent to ${client}: the whole album (${sent}).`
      : `Not all sent to ${client}: ${sent} of ${all} of the album.`,
  edited: (client) => `Corrected: ${client} sees it too.`,
  noFile: (what, waits) =>
    `${EN_NOT_SENT[what]}: nothing like it goes out from here. Send it in the chat itself${waits ? ': the client is still waiting' : ''}.`,
  notCarried: (kind, why, channel, waits, isAlbum) =>
    `${(isAlbum ? EN_ALBUM : EN_NOT_SENT)[kind]}: ${enWhy(why, channel, mostFromBot)}. Send it in the chat itself${waits ? ': the client is still waiting' : ''}.`,
  whyNotCarried: (why, channel) => enWhy(why, channel, mostFromBot),
});

/** `mostFromBot`: bytes that Telegram hands to a bot at most. */
export const fileTextsOf = (locale: Locale, mostFromBot: number): FileTexts =>
  locale === 'ru' ? ru(mostFromBot) : en(mostFromBot);
