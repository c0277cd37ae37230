import type { PhoneProvider } from '@otklik/config';
import { asterisk } from './asterisk.ts';
import { beeline } from './beeline.ts';
import { bitrix24 } from './bitrix24.ts';
import type { Line } from './line.ts';
import { mango } from './mango.ts';
import { megafon } from './megafon.ts';
import { onlinepbx } from './onlinepbx.ts';
import { sipuni } from './sipuni.ts';
import { twilio } from './twilio.ts';
import { uis } from './uis.ts';
import { zadarma } from './zadarma.ts';

/** Every provider of phone lines: a new one is a file and a line here. */
export const LINES: Readonly<Record<PhoneProvider, Line>> = {
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
