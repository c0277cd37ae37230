import type { Config } from '@otklik/config';
import type { LocalizedText } from '../channel.ts';
import { MOST_FROM_TELEGRAM, type OutgoingFile, type StaffFile } from '../files.ts';
import { botId } from './account.ts';
import { type BotApi, botApi } from './botApi.ts';

export type Fetched =
  | { readonly outcome: 'got'; readonly file: OutgoingFile }
  | { readonly outcome: 'retry'; readonly afterMs: number | null; readonly problem: string }
  | { readonly outcome: 'refused'; readonly problem: string; readonly said: LocalizedText };

/** Downloads a file from one of our people. Its path is valid for an hour. */
export async function fetchStaffFile({ telegram }: Config['notify'], file: StaffFile): Promise<Fetched> {
  if (telegram === null || botId(telegram.token) !== file.account) return refused(OTHER_BOT);
  const api = botApi(telegram.token.reveal(), telegram.apiRoot);
  const asked = await api.getFile({ file_id: file.fileId });
  if (asked.outcome === 'retry') return { outcome: 'retry', afterMs: asked.afterMs, problem: asked.problem };
  if (asked.outcome === 'refused') return refused(/too big/i.test(asked.problem) ? TOO_BIG : GONE);
  const { file_path: path, file_size: size } = asked.result;
  if ((size ?? 0) > MOST_FROM_TELEGRAM) return refused(TOO_BIG);
  const { kind, name, mime, width, height, seconds } = file;
  const got = await download(api, path);
  return 'bytes' in got
    ? { outcome: 'got', file: { kind, name, mime, width, height, seconds, bytes: got.bytes } }
    : got;
}

async function download(
  api: BotApi,
  path: string,
): Promise<{ readonly bytes: Uint8Array } | Extract<Fetched, { outcome: 'retry' | 'refused' }>> {
  const got = await api.download(path);
  switch (got.outcome) {
    case 'ok':
      return got.result.byteLength === 0 ? refused(GONE) : { bytes: got.result };
    case 'retry':
      return { outcome: 'retry', afterMs: got.afterMs, problem: got.problem };
    case 'refused':
      // A retry asks for a new path.
      return { outcome: 'retry', afterMs: null, problem: got.problem };
  }
}

const refused = (said: LocalizedText): Fetched & { outcome: 'refused' } => ({
  outcome: 'refused',
  problem: said.en,
  said,
});

const OTHER_BOT: LocalizedText = {
  ru: 'файл отправляли прежнему боту: отправьте его ещё раз',
  en: 'the file was sent to another bot: send it again',
};
const TOO_BIG: LocalizedText = {
  ru: 'Telegram отдаёт ботам файлы только до 20 МБ',
  en: 'Telegram gives bots files of 20 MB at most',
};
const GONE: LocalizedText = {
  ru: 'Telegram больше не отдаёт этот файл',
  en: 'Telegram does not give this file any more',
};
