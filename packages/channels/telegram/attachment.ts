import { z } from 'zod';
import type { Attached, FileKind, NoFile, StaffFile } from '../files.ts';
import { storableText } from '../provider/storable.ts';
import { isAttached } from './speech.ts';
import type { TelegramMessage } from './updateShape.ts';

const unlessOdd = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);

/** Common fields of photo, video, voice, audio and file: https://core.telegram.org/bots/api#document */
const fileShape = z.object({
  file_id: z.string().min(1),
  file_unique_id: z.string(),
  file_size: unlessOdd(z.number().nonnegative()),
  file_name: unlessOdd(z.string()),
  mime_type: unlessOdd(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/)),
  width: unlessOdd(z.int().positive()),
  height: unlessOdd(z.int().positive()),
  duration: unlessOdd(z.int().nonnegative()),
});
/** One picture in several sizes, largest last. */
const photoShape = z.array(fileShape).min(1);

/** An animation also comes as a file, so it goes first. */
const FIELDS = [
  ['photo', 'photo', 'image/jpeg', 'photo.jpg'],
  ['animation', 'video', 'video/mp4', 'video.mp4'],
  ['video', 'video', 'video/mp4', 'video.mp4'],
  ['voice', 'voice', 'audio/ogg', 'voice.ogg'],
  ['audio', 'audio', 'audio/mpeg', 'audio.mp3'],
  ['document', 'document', 'application/octet-stream', 'file'],
] as const satisfies (readonly [string, FileKind, string, string])[];

const NO_FILES: readonly (readonly [string, NoFile])[] = [
  ['sticker', 'sticker'],
  ['venue', 'location'],
  ['location', 'location'],
  ['contact', 'contact'],
  ['poll', 'poll'],
  ['video_note', 'video_note'],
];

/** null: nothing but words. */
export function attachmentOf(message: TelegramMessage, account: string): Attached | null {
  if (!isAttached(message)) return null;
  // Several things in one message.
  if (isThere(message.paid_media) || isThere(message.live_photo)) return { kind: 'other', what: 'other' };
  for (const [field, kind, mime, name] of FIELDS) {
    const file = fileIn(message[field]);
    if (file !== null) return { account, ...staffFile(file, kind, mime, name) };
  }
  return {
    kind: 'other',
    what: NO_FILES.find(([field]) => isThere(message[field]))?.[1] ?? 'other',
  };
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

function fileIn(body: unknown): z.infer<typeof fileShape> | null {
  const sizes = photoShape.safeParse(body).data;
  return sizes?.toSorted((a, b) => areaOf(a) - areaOf(b)).at(-1) ?? fileShape.safeParse(body).data ?? null;
}

const areaOf = ({ width = 0, height = 0 }: z.infer<typeof fileShape>): number => width * height;

function staffFile(
  file: z.infer<typeof fileShape>,
  kind: FileKind,
  usualType: string,
  usualName: string,
): Omit<StaffFile, 'account'> {
  return {
    kind,
    fileId: file.file_id,
    uniqueId: file.file_unique_id,
    name: fileName(file.file_name) ?? usualName,
    mime: file.mime_type?.toLowerCase() ?? usualType,
    size: file.file_size ?? null,
    width: file.width ?? null,
    height: file.height ?? null,
    seconds: file.duration ?? null,
  };
}

/** A name that is safe in a form's header. */
function fileName(given: string | undefined): string | null {
  const name = storableText(given ?? '')
    .replaceAll(/[\p{Cc}"\\/]+/gu, '_')
    .trim()
    .slice(-LONGEST_NAME)
    .toWellFormed();
  return name === '' ? null : name;
}

const LONGEST_NAME = 120;
