import { channelContract } from '../testing/contract.ts';
import { startWhatsappProvider } from './testing/provider.ts';

channelContract('whatsapp', startWhatsappProvider);
