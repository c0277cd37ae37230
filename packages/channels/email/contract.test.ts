import { channelContract } from '../testing/contract.ts';
import { startEmailProvider } from '../testing/emailProvider.ts';

channelContract('email', startEmailProvider);
