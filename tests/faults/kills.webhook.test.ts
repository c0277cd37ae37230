import { startWebhookProvider } from '../../packages/channels/testing/webhookProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('webhook', startWebhookProvider);
