import { channelContract } from '../testing/contract.ts';
import { startWhatsappCloudProvider } from '../testing/whatsappCloudProvider.ts';

channelContract('whatsapp_cloud', startWhatsappCloudProvider);
