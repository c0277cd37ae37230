import { generateWAMessageContent, type makeWASocket, proto } from '@whiskeysockets/baileys';
import type { OutgoingFile } from '../../files.ts';
import { UPLOAD_MS } from '../../provider/formFile.ts';
import { QUIET } from './quiet.ts';

type Content = Parameters<typeof generateWAMessageContent>[0];

/** The library would write the file to disk. */
const NO_PREVIEW = { jpegThumbnail: null as never };

/** Encrypts and uploads; resolves with the encoded message. Rejects when the upload fails. */
export async function fileMessage(
  socket: Pick<ReturnType<typeof makeWASocket>, 'waUploadToServer'>,
  file: OutgoingFile,
  caption: string,
): Promise<Uint8Array> {
  const message = await generateWAMessageContent(contentOf(file, caption), {
    upload: socket.waUploadToServer,
    mediaUploadTimeoutMs: UPLOAD_MS,
    logger: QUIET,
  });
  return proto.Message.encode(message).finish();
}

function contentOf(
  { kind, bytes, mime, name, width, height, seconds }: OutgoingFile,
  words: string,
): Content {
  const media = Buffer.from(bytes);
  const size = width === null || height === null ? {} : { width, height };
  const caption = words === '' ? {} : { caption: words };
  switch (kind) {
    case 'photo':
      return { image: media, mimetype: mime, ...NO_PREVIEW, ...size, ...caption };
    case 'video':
      return { video: media, mimetype: mime, seconds: seconds ?? 0, ...NO_PREVIEW, ...size, ...caption };
    case 'voice':
      return { audio: media, ptt: true, mimetype: 'audio/ogg; codecs=opus', seconds: seconds ?? 0 };
    case 'audio':
      return { audio: media, mimetype: mime, seconds: seconds ?? 0 };
    case 'document':
      return { document: media, mimetype: mime, fileName: name, ...caption };
  }
}
