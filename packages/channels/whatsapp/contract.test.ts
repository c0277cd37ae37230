import { channelContract } from '../testing/contract.ts';
import { startWhatsappProvider } from '../testing/whatsappProvider.ts';

channelContract('whatsapp', startWhatsappProvider);
