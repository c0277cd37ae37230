import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { smsScript } from './testing/script.ts';

channelContract('sms', () => startChatProvider(smsScript));
