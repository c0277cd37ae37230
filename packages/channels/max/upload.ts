import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Carries, type FileKind, MB, type OutgoingFile } from '../files.ts';
import { callProvider, ProviderTrouble } from '../provider/callProvider.ts';
import { formFile, UPLOAD_MS } from '../provider/formFile.ts';
import { callMax } from './api.ts';
import type { MaxChannel } from './config.ts';

/** https://dev.max.ru/docs-api/use-cases/sending-messages/attachment-types */
export const MAX_CARRIES: Carries = {
  photo: {
    most: 50 * MB,
    types: ['image/jpeg', 'image/png', 'image/gif', 'image/tiff', 'image/bmp', 'image/heic'],
  },
  video: { most: 250 * MB },
  voice: { most: 256 * MB },
  audio: { most: 256 * MB },
  document: { most: 4_096 * MB },
};

const TYPES: Record<FileKind, 'image' | 'video' | 'audio' | 'file'> = {
  photo: 'image',
  video: 'video',
  voice: 'audio',
  audio: 'audio',
  document: 'file',
};

export interface MaxAttachment {
  readonly type: string;
  readonly payload: object;
}

const placeShape = z.looseObject({ url: z.url({ protocol: /^https?$/ }), token: z.string().optional() });
const photosShape = z.looseObject({ photos: z.record(z.string(), z.looseObject({ token: z.string() })) });
const tokenShape = z.looseObject({ token: z.string() });

/**
 * Tokens of video and audio come before the upload, others in its answer:
 * https://dev.max.ru/docs-api/use-cases/sending-messages/media
 */
export async function uploadToMax(
  channel: MaxChannel,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<MaxAttachment> {
  const type = TYPES[file.kind];
  const place = placeShape.safeParse(await callMax(channel, `/uploads?type=${type}`, {}, signal)).data;
  if (!place) throw notTaken();
  const body = new FormData();
  body.append('data', formFile(file), file.name);
  const { text } = await callProvider(
    { provider: 'MAX', url: place.url, body, timeoutMs: UPLOAD_MS },
    signal,
  );
  if (place.token !== undefined) return { type, payload: { token: place.token } };
  const answer = jsonOf(text);
  const photos = photosShape.safeParse(answer).data;
  if (photos) return { type, payload: { photos: photos.photos } };
  const token = tokenShape.safeParse(answer).data?.token;
  if (token === undefined) throw notTaken();
  return { type, payload: { token } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const notTaken = () =>
  new ProviderTrouble({ ru: 'MAX не принял файл', en: 'MAX did not take the file' }, { status: 400 });

const TRIES = 6;
const FIRST_WAIT_MS = 300;

/** MAX refuses an upload until it is processed: https://dev.max.ru/docs-api/methods/POST/messages */
export async function whenReady<T>(send: () => Promise<T>, firstWaitMs = FIRST_WAIT_MS): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const isEarly = error instanceof ProviderTrouble && error.answer().includes('attachment.not.ready');
      if (!isEarly) throw error;
      if (attempt === TRIES) throw new ProviderTrouble(error.said);
      await pause(firstWaitMs * 2 ** (attempt - 1));
    }
  }
}
