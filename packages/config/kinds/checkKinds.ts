import type { Checking, Entry } from '../checking.ts';
import { checkAccounts } from './checkAccounts.ts';
import { checkEmail } from './checkEmail.ts';
import { checkPhone } from './checkPhone.ts';
import { checkTelegram } from './checkTelegram.ts';
import { checkWhatsapp } from './checkWhatsapp.ts';
import { checkWhatsappCloud } from './checkWhatsappCloud.ts';
import type { ChannelEntry, WrittenAs } from './index.ts';

/** What ties channels of one kind to each other and to the rest of the file. A kind without such ties needs no line. */
export function checkKinds(entries: readonly Entry<ChannelEntry>[], checking: Checking): void {
  checkEmail(entriesOf('email', entries), checking);
  checkAccounts(entriesOf('avito', entries), 'user_id', ({ user_id }) => user_id, checking);
  checkAccounts(entriesOf('vk', entries), 'group_id', ({ group_id }) => group_id, checking);
  checkAccounts(entriesOf('max', entries), 'token', ({ token }) => token.reveal(), checking);
  checkAccounts(entriesOf('meta', entries), 'account_id', ({ account_id }) => account_id, checking);
  checkAccounts(entriesOf('ok', entries), 'token', ({ token }) => token.reveal(), checking);
  checkPhone(entriesOf('phone', entries), checking);
  checkTelegram(entriesOf('telegram', entries), checking);
  checkWhatsapp(entriesOf('whatsapp', entries), checking);
  checkWhatsappCloud(entriesOf('whatsapp_cloud', entries), checking);
}

function entriesOf<Kind extends ChannelEntry['kind']>(kind: Kind, entries: readonly Entry<ChannelEntry>[]) {
  return entries.filter((entry): entry is Entry<WrittenAs<Kind>> => entry.value.kind === kind);
}
