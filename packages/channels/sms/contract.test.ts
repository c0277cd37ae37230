import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { smsScript } from '../testing/smsScript.ts';

channelContract('sms', () => startChatProvider(smsScript));
