import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { avitoScript } from './testing/script.ts';

channelContract('avito', () => startChatProvider(avitoScript));
