import { z } from 'zod';
import { type Carries, MB, type OutgoingFile } from '../files.ts';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { formFile, UPLOAD_MS } from '../provider/formFile.ts';
import { callVk } from './api.ts';
import type { VkChannel } from './config.ts';

/**
 * https://dev.vk.com/ru/api/upload/photo-in-message, https://dev.vk.com/ru/api/upload/document-in-message: no
 * programs, no MP3.
 */
export const VK_CARRIES: Carries = {
  photo: { most: 50 * MB, types: ['image/jpeg', 'image/png', 'image/gif'] },
  voice: { most: 200 * MB, types: ['audio/ogg'] },
  document: { most: 200 * MB },
};

const placeShape = z.looseObject({ upload_url: z.url({ protocol: /^https?$/ }) });
const photoShape = z.looseObject({ server: z.number(), photo: z.string().min(3), hash: z.string() });
const fileShape = z.looseObject({ file: z.string().min(1) });
const thing = z.looseObject({ owner_id: z.number(), id: z.number(), access_key: z.string().optional() });
const savedPhotosShape = z.array(thing).min(1);
const savedFileShape = z.looseObject({ doc: thing.optional(), audio_message: thing.optional() });

/** Uploads a file for `attachment` of messages.send. Needs rights to photos and documents. */
export async function uploadToVk(
  channel: VkChannel,
  peer: string,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<string> {
  if (file.kind === 'photo') {
    const place = await callVk(channel, 'photos.getMessagesUploadServer', { peer_id: peer }, signal);
    const { server, photo, hash } = shaped(photoShape, await upload(place, 'photo', file, signal));
    const saved = await callVk(channel, 'photos.saveMessagesPhoto', { server, photo, hash }, signal);
    return nameOf('photo', shaped(savedPhotosShape, saved)[0]);
  }
  const type = file.kind === 'voice' ? 'audio_message' : 'doc';
  const place = await callVk(channel, 'docs.getMessagesUploadServer', { peer_id: peer, type }, signal);
  const put = shaped(fileShape, await upload(place, 'file', file, signal));
  const saved = await callVk(channel, 'docs.save', { file: put.file, title: file.name }, signal);
  const { doc, audio_message: voice } = shaped(savedFileShape, saved);
  return voice === undefined ? nameOf('doc', doc) : nameOf('audio_message', voice);
}

function upload(place: unknown, field: string, file: OutgoingFile, signal: AbortSignal): Promise<unknown> {
  const body = new FormData();
  body.append(field, formFile(file), file.name);
  const { upload_url: url } = shaped(placeShape, place);
  return callProviderJson({ provider: 'VK', url, body, timeoutMs: UPLOAD_MS }, signal);
}

function nameOf(type: string, saved: z.infer<typeof thing> | undefined): string {
  if (saved === undefined) throw notTaken();
  const { owner_id: owner, id, access_key: key } = saved;
  return `${type}${owner}_${id}${key === undefined ? '' : `_${key}`}`;
}

function shaped<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.infer<Schema> {
  const { data, success } = schema.safeParse(answer);
  if (!success) throw notTaken();
  return data;
}

const notTaken = () =>
  new ProviderTrouble({ ru: 'VK не принял файл', en: 'VK did not take the file' }, { status: 400 });
