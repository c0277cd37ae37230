import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { metaScript } from './testing/script.ts';

channelContract('meta', () => startChatProvider(metaScript));
