import type { EpochMs } from '@otklik/domain';
import QRCode from 'qrcode';
import type { Memory, ShownCode } from '../channel.ts';

const PAIRING = 'pairing';
const WANTED = 'pairing-wanted';
/** A request expires after this. */
const WANTED_FOR_MS = 300_000;

/** null when linked, or before there is a code. Codes change every 20 to 60 seconds. */
export async function pairingOf(memory: Memory): Promise<ShownCode | null> {
  const text = (await memory.recall([PAIRING])).get(PAIRING);
  return text === undefined ? null : (JSON.parse(text) as ShownCode);
}

/** Eight characters; {@link pairingOf} has them within seconds. */
export async function askForCode(memory: Memory, now: EpochMs): Promise<void> {
  await memory.remember(new Map([[WANTED, String(now)]]), 'account');
}

export async function isCodeWanted(memory: Memory, now: EpochMs): Promise<boolean> {
  const asked = (await memory.recall([WANTED])).get(WANTED);
  return asked !== undefined && now - Number(asked) < WANTED_FOR_MS;
}

export async function showPairing(memory: Memory, pairing: ShownCode): Promise<void> {
  const given: [string, null][] = pairing.code === null ? [] : [[WANTED, null]];
  await memory.remember(new Map([[PAIRING, JSON.stringify(pairing)], ...given]), 'account');
}

export async function forgetPairing(memory: Memory): Promise<void> {
  await memory.remember(
    new Map([
      [PAIRING, null],
      [WANTED, null],
    ]),
    'account',
  );
}

/** The code as SVG. */
export function qrSvg(payload: string): Promise<string> {
  return QRCode.toString(payload, { type: 'svg', margin: 2 });
}

/** Half blocks, for a terminal. */
export function qrTerminal(payload: string): Promise<string> {
  return QRCode.toString(payload, { type: 'utf8', margin: 2 });
}
