import { channelContract } from '../testing/contract.ts';
import { startTelegramProvider } from './testing/provider.ts';

channelContract('telegram, polled', () => startTelegramProvider('polling'));
channelContract('telegram, posted to us', () => startTelegramProvider('webhook'));
