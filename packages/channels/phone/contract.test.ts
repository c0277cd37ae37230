import { channelContract } from '../testing/contract.ts';
import { mangoScript } from '../testing/phone/mangoScript.ts';
import { startPhoneProvider } from '../testing/phone/phoneProvider.ts';

const SCRIPTS = { mango: mangoScript };

for (const [provider, script] of Object.entries(SCRIPTS))
  channelContract(`phone, ${provider}`, () => startPhoneProvider(script));
