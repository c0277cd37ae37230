import type { LocalizedText } from '../channel.ts';
import type { Folder } from './folders.ts';

/** How many folders one round reads. */
export const MOST_FOLDERS = 60;
const MOST_NAMED = 5;

/** What stays unseen in a connected mailbox. `unreadable`: folders that the server refuses. */
export function gapsOf(folders: readonly Folder[], unreadable: readonly string[]): LocalizedText[] {
  const hasSent = folders.some(({ role }) => role === 'sent');
  const left = folders.length - MOST_FOLDERS;
  return [
    ...(hasSent ? [] : [NO_SENT]),
    ...(unreadable.length === 0 ? [] : [closed(unreadable)]),
    ...(left > 0 ? [tooMany(left)] : []),
  ];
}

const NO_SENT: LocalizedText = {
  ru: 'папка отправленных не найдена, ответов не видно: укажите её в настройках (sent)',
  en: 'the folder of sent mail was not found, so answers are not seen: name it in the config (sent)',
};

function closed(paths: readonly string[]): LocalizedText {
  const names = paths.slice(0, MOST_NAMED).join(', ');
  return {
    ru: `сервер не даёт читать папки: ${names}; что в них, не видно — дайте к ним доступ или уберите из ящика`,
    en: `the server does not let us read these folders: ${names}; what lies there is not seen: grant access, or take them out of the mailbox`,
  };
}

function tooMany(left: number): LocalizedText {
  return {
    ru: `папок слишком много, не читаются ${left}: объедините их или разбирайте почту после ответа`,
    en: `there are too many folders, ${left} are not read: join some, or sort mail only after it is answered`,
  };
}
