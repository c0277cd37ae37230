import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { maxPolledScript, maxScript } from './testing/script.ts';

channelContract('max', () => startChatProvider(maxScript));
channelContract('max, polled', () => startChatProvider(maxPolledScript));
