import type { OutgoingFile } from '../files.ts';

/** A file as a part of a form. */
export const formFile = ({ bytes, name, mime }: Pick<OutgoingFile, 'bytes' | 'name' | 'mime'>): File =>
  new File([new Uint8Array(bytes)], name, { type: mime });

/** So long an upload may take: 20 MB over a line of 3 Mbit/s. */
export const UPLOAD_MS = 60_000;
