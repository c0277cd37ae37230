import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { vkPolledScript, vkScript } from './testing/script.ts';

channelContract('vk', () => startChatProvider(vkScript));
channelContract('vk, polled', () => startChatProvider(vkPolledScript));
