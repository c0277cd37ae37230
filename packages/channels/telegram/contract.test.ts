import { channelContract } from '../testing/contract.ts';
import { startTelegramProvider } from '../testing/telegramProvider.ts';

channelContract('telegram', startTelegramProvider);
