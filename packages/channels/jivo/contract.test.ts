import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { jivoScript } from './testing/script.ts';

channelContract('jivo', () => startChatProvider(jivoScript()));
