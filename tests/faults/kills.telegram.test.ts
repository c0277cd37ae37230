import { startTelegramProvider } from '../../packages/channels/testing/telegramProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('telegram', () => startTelegramProvider('polling'));
