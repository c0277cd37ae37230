import { startEmailProvider } from '../../packages/channels/testing/emailProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('email', startEmailProvider);
