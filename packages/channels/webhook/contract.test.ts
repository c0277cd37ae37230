import { channelContract } from '../testing/contract.ts';
import { startWebhookProvider } from '../testing/webhookProvider.ts';

channelContract('webhook', startWebhookProvider);
