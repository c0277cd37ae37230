import type { Config } from '@otklik/config';

/** The address at which the board opens with this wait; null where nobody has said at which address the board is. */
export const waitOnBoard = ({ publicUrl }: Pick<Config, 'publicUrl'>, waitId: string): string | null =>
  publicUrl === null ? null : new URL(`?wait=${waitId}`, publicUrl).href;
