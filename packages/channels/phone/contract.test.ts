import { channelContract } from '../testing/contract.ts';
import { startAsteriskProvider } from '../testing/phone/asteriskProvider.ts';
import { beelineScript } from '../testing/phone/beelineScript.ts';
import { bitrix24Script } from '../testing/phone/bitrix24Script.ts';
import { mangoScript } from '../testing/phone/mangoScript.ts';
import { blindMegafonScript, megafonScript } from '../testing/phone/megafonScript.ts';
import { onlinepbxScript } from '../testing/phone/onlinepbxScript.ts';
import { startPhoneProvider } from '../testing/phone/phoneProvider.ts';
import { sipuniScript } from '../testing/phone/sipuniScript.ts';
import { twilioScript } from '../testing/phone/twilioScript.ts';
import { uisScript } from '../testing/phone/uisScript.ts';
import { zadarmaScript } from '../testing/phone/zadarmaScript.ts';

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
