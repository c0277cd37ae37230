import type { OutgoingFile } from '../files.ts';

/** A file as a form part. */
export const formFile = ({ bytes, name, mime }: Pick<OutgoingFile, 'bytes' | 'name' | 'mime'>): File =>
  new File([new Uint8Array(bytes)], name, { type: mime });

/** 20 MB at 3 Mbit/s. */
export const UPLOAD_MS = 60_000;
