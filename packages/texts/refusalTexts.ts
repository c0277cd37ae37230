import type { Locale } from '@otklik/domain';

/** Why the board's server refuses, where a person may read it. What only scripts meet is English. */
export interface RefusalTexts {
  notVisible: string;
  noClientData: string;
  channelTestsByHeads: string;
  joinsByHeads: string;
  linkingByHeads: string;
  simulationByHeads: string;
  asideByHeads: string;
  disputesByHeads: string;
  speaksForOthers: string;
  linksOthers: string;
  fault: string;
}

const ru: RefusalTexts = {
  notVisible: 'Не найдено, или вам это не видно.',
  noClientData: 'Вашей роли видны только состояние и метрики.',
  channelTestsByHeads: 'Каналы проверяют руководители и администраторы.',
  joinsByHeads: 'Клиентов объединяют руководители и администраторы.',
  linkingByHeads: 'Аккаунты привязывают руководители и администраторы.',
  simulationByHeads: 'Другие правила пробуют руководители и администраторы.',
  asideByHeads: 'Отложенное просматривают руководители и администраторы.',
  disputesByHeads: 'Решает руководитель канала или администратор.',
  speaksForOthers: 'Каждый решает за себя, руководитель — за своих сотрудников.',
  linksOthers: 'У этого сотрудника есть каналы другого руководителя: код он берёт сам или у администратора.',
  fault: 'Ошибка записана в журнал. Попробуйте ещё раз.',
};

const en: RefusalTexts = {
  notVisible: 'It does not exist, or is not yours to see.',
  noClientData: 'The role ops sees health and metrics only.',
  channelTestsByHeads: 'Channels are tested by heads and admins.',
  joinsByHeads: 'Clients are joined by heads and admins.',
  linkingByHeads: 'Accounts are linked by heads and admins.',
  simulationByHeads: 'Policies are tried out by heads and admins.',
  asideByHeads: 'What is kept aside is looked through by heads and admins.',
  disputesByHeads: 'A dispute is decided by the channel’s head or an admin.',
  speaksForOthers: 'People speak for themselves, heads for their people.',
  linksOthers:
    'This person answers for channels of another head too: they take the code themselves, or from an admin.',
  fault: 'It has been written to the log. Try again.',
};

const TEXTS: Readonly<Record<Locale, RefusalTexts>> = { ru, en };

export const refusalTextsOf = (locale: Locale): RefusalTexts => TEXTS[locale];
