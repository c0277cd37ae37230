import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { tawkScript } from './testing/script.ts';

channelContract('tawk', () => startChatProvider(tawkScript));
