import { channelContract } from '../testing/contract.ts';
import { startAsteriskProvider } from './asterisk/testing/provider.ts';
import { beelineScript } from './beeline/testing/script.ts';
import { bitrix24Script } from './bitrix24/testing/script.ts';
import { mangoScript } from './mango/testing/script.ts';
import { blindMegafonScript, megafonScript } from './megafon/testing/script.ts';
import { onlinepbxScript } from './onlinepbx/testing/script.ts';
import { sipuniScript } from './sipuni/testing/script.ts';
import { startPhoneProvider } from './testing/phoneProvider.ts';
import { twilioScript } from './twilio/testing/script.ts';
import { uisScript } from './uis/testing/script.ts';
import { zadarmaScript } from './zadarma/testing/script.ts';

const SCRIPTS = {
  mango: mangoScript,
  zadarma: zadarmaScript,
  uis: uisScript,
  megafon: megafonScript,
  'megafon without its list': blindMegafonScript,
  beeline: beelineScript,
  sipuni: sipuniScript,
  onlinepbx: onlinepbxScript,
  twilio: twilioScript,
  bitrix24: bitrix24Script,
};

for (const [provider, script] of Object.entries(SCRIPTS))
  channelContract(`phone, ${provider}`, () => startPhoneProvider(script));

channelContract('phone, asterisk', startAsteriskProvider);
