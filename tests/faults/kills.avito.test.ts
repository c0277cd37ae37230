import { avitoScript } from '../../packages/channels/testing/avitoScript.ts';
import { startChatProvider } from '../../packages/channels/testing/chatProvider.ts';
import { survivesKills } from './channelKills.ts';

// Nothing is posted twice: what a kill cost is found in the list.
survivesKills('avito', () => startChatProvider(avitoScript));
