/** What a person can attach for a client. */
export type FileKind = 'photo' | 'video' | 'voice' | 'audio' | 'document';

/** Known before the download. */
export interface FileFacts {
  readonly kind: FileKind;
  readonly name: string;
  readonly mime: string;
  /** Pixels and seconds, if known. */
  readonly width: number | null;
  readonly height: number | null;
  readonly seconds: number | null;
}

export interface StaffFile extends FileFacts {
  /** The bot's id. */
  readonly account: string;
  /** Its id for downloads, valid for this bot only. */
  readonly fileId: string;
  /** Stable per file. */
  readonly uniqueId: string;
  /** Bytes; null where Telegram does not say. */
  readonly size: number | null;
}

export interface OutgoingFile extends FileFacts {
  readonly bytes: Uint8Array;
}

/** A file, or something that cannot be forwarded. */
export type Attached = StaffFile | { readonly kind: 'other'; readonly what: NoFile };

export type NoFile = 'sticker' | 'location' | 'contact' | 'poll' | 'video_note' | 'other';

export interface FileLimit {
  /** Bytes. */
  readonly most: number;
  /** Accepted media types, in lower case; absent: all. */
  readonly types?: readonly string[];
}

/** An absent kind is not carried. */
export type Carries = Readonly<Partial<Record<FileKind, FileLimit>>>;

export const MB = 1024 * 1024;

/** Download limit of bots: https://core.telegram.org/bots/api#getfile */
export const MOST_FROM_TELEGRAM = 20 * MB;

/** `size` and `most` in bytes. */
export type NotCarried =
  | { readonly why: 'nothing' }
  | { readonly why: 'kind'; readonly can: Carries }
  | { readonly why: 'type'; readonly mime: string }
  | { readonly why: 'size'; readonly most: number; readonly size: number }
  | { readonly why: 'telegram'; readonly size: number };

/** The kind as which it goes: its own or a document; a document as the picture, video or audio that it is. */
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

/** The type without parameters. */
const bareType = (mime: string): string => (mime.split(';', 1)[0] ?? '').trim().toLowerCase();

function takesType(limit: FileLimit | undefined, mime: string): boolean {
  return limit !== undefined && (limit.types?.includes(bareType(mime)) ?? true);
}
