import { asterisk } from './asterisk/exchange.ts';
import { beeline } from './beeline/exchange.ts';
import { bitrix24 } from './bitrix24/exchange.ts';
import type { PhoneProvider } from './config.ts';
import type { Exchange } from './exchange.ts';
import { mango } from './mango/exchange.ts';
import { megafon } from './megafon/exchange.ts';
import { onlinepbx } from './onlinepbx/exchange.ts';
import { sipuni } from './sipuni/exchange.ts';
import { twilio } from './twilio/exchange.ts';
import { uis } from './uis/exchange.ts';
import { zadarma } from './zadarma/exchange.ts';

/** A new provider is a folder and a line here. */
export const EXCHANGES: Readonly<Record<PhoneProvider, Exchange>> = {
  mango,
  zadarma,
  uis,
  megafon,
  beeline,
  sipuni,
  onlinepbx,
  asterisk,
  twilio,
  bitrix24,
};
