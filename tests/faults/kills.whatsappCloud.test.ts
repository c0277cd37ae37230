import { startWhatsappCloudProvider } from '../../packages/channels/testing/whatsappCloudProvider.ts';
import { survivesKills } from './channelKills.ts';

survivesKills('whatsapp_cloud', startWhatsappCloudProvider);
