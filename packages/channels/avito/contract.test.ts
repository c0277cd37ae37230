import { avitoScript } from '../testing/avitoScript.ts';
import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';

channelContract('avito', () => startChatProvider(avitoScript));
