import { channelContract } from '../testing/contract.ts';
import { startEmailProvider } from './testing/provider.ts';

channelContract('email', startEmailProvider);
