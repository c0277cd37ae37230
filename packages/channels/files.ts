/** What a person can attach to their words so that it goes on to a client. */
export type FileKind = 'photo' | 'video' | 'voice' | 'audio' | 'document';

/** What of a file is known before it is there. */
export interface FileFacts {
  readonly kind: FileKind;
  readonly name: string;
  readonly mime: string;
  /** Pixels and seconds, where they are told. */
  readonly width: number | null;
  readonly height: number | null;
  readonly seconds: number | null;
}

/** A file that one of our people gave to our bot, as the Bot API knows it. */
export interface StaffFile extends FileFacts {
  /** The bot's id. */
  readonly account: string;
  /** What it is got by, by this bot and no other. */
  readonly fileId: string;
  /** The same as long as the file is the same. */
  readonly uniqueId: string;
  /** In bytes; null where Telegram does not say. */
  readonly size: number | null;
}

/** A file on its way to a client. */
export interface OutgoingFile extends FileFacts {
  readonly bytes: Uint8Array;
}

/** What one of our people attached: a file, or something that goes on to nobody. */
export type Attached = StaffFile | { readonly kind: 'other'; readonly what: NoFile };

export type NoFile = 'sticker' | 'location' | 'contact' | 'poll' | 'video_note' | 'other';

export interface FileLimit {
  /** In bytes. */
  readonly most: number;
  /** The media types that the provider takes, in lower case; all of them when left out. */
  readonly types?: readonly string[];
}

/** What a channel carries beside words: a kind that is absent it does not. */
export type Carries = Readonly<Partial<Record<FileKind, FileLimit>>>;

export const MB = 1024 * 1024;

/** So much a bot may get: https://core.telegram.org/bots/api#getfile */
export const MOST_FROM_TELEGRAM = 20 * MB;

/** Why a file cannot go by a channel. `size` and `most` in bytes. */
export type NotCarried =
  | { readonly why: 'nothing' }
  | { readonly why: 'kind'; readonly can: Carries }
  | { readonly why: 'type'; readonly mime: string }
  | { readonly why: 'size'; readonly most: number; readonly size: number }
  | { readonly why: 'telegram'; readonly size: number };

/** As what a file goes by a channel: as what it is, else as a file among files, and what came as a file as the picture, video or sound that it is. */
export function carriedAs(
  { kind, mime, size }: Pick<StaffFile, 'kind' | 'mime' | 'size'>,
  carries: Carries | undefined,
): { readonly as: FileKind } | NotCarried {
  if (carries === undefined || Object.keys(carries).length === 0) return { why: 'nothing' };
  if (size !== null && size > MOST_FROM_TELEGRAM) return { why: 'telegram', size };
  const known = waysOf(kind, mime).filter((way) => carries[way] !== undefined);
  const ways = known.filter((way) => takesType(carries[way], mime));
  const way = ways.find((each) => (size ?? 0) <= (carries[each]?.most ?? 0));
  if (way !== undefined) return { as: way };
  if (known.length === 0) return { why: 'kind', can: carries };
  if (ways.length === 0) return { why: 'type', mime };
  return { why: 'size', size: size ?? 0, most: Math.max(...ways.map((each) => carries[each]?.most ?? 0)) };
}

function waysOf(kind: FileKind, mime: string): FileKind[] {
  switch (kind) {
    case 'document':
      return ['document', ...mediaOf(mime)];
    case 'voice':
      return ['voice', 'audio', 'document'];
    case 'photo':
    case 'video':
    case 'audio':
      return [kind, 'document'];
  }
}

function mediaOf(mime: string): FileKind[] {
  const kinds: Readonly<Record<string, FileKind>> = { image: 'photo', video: 'video', audio: 'audio' };
  const kind = kinds[mime.split('/', 1)[0] ?? ''];
  return kind === undefined ? [] : [kind];
}

/** A media type without its parameters. */
const bareType = (mime: string): string => (mime.split(';', 1)[0] ?? '').trim().toLowerCase();

function takesType(limit: FileLimit | undefined, mime: string): boolean {
  return limit !== undefined && (limit.types?.includes(bareType(mime)) ?? true);
}
