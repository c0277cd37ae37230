import { beelineRows } from '../beeline/testing/listedRows.ts';
import { bitrix24Rows } from '../bitrix24/testing/listedRows.ts';
import { mangoRows } from '../mango/testing/listedRows.ts';
import { megafonRows } from '../megafon/testing/listedRows.ts';
import { onlinepbxRows } from '../onlinepbx/testing/listedRows.ts';
import { sipuniRows } from '../sipuni/testing/listedRows.ts';
import { twilioRows } from '../twilio/testing/listedRows.ts';
import { uisRows } from '../uis/testing/listedRows.ts';
import { zadarmaRows } from '../zadarma/testing/listedRows.ts';
import type { ListedRows } from './listedRows.ts';

/** All exchanges' lists. */
export const LISTS: Readonly<Record<string, ListedRows>> = {
  mango: mangoRows,
  zadarma: zadarmaRows,
  uis: uisRows,
  beeline: beelineRows,
  onlinepbx: onlinepbxRows,
  megafon: megafonRows,
  sipuni: sipuniRows,
  twilio: twilioRows,
  bitrix24: bitrix24Rows,
};
