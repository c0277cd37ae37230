import { channelContract } from '../testing/contract.ts';
import { startWebhookProvider } from './testing/provider.ts';

channelContract('webhook', startWebhookProvider);
