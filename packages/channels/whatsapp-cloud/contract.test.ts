import { channelContract } from '../testing/contract.ts';
import { startWhatsappCloudProvider } from './testing/provider.ts';

channelContract('whatsapp_cloud', startWhatsappCloudProvider);
