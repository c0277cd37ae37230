import type { Config } from '@otklik/config';

/** null: `public_url` is not set. */
export const waitOnBoard = ({ publicUrl }: Pick<Config, 'publicUrl'>, waitId: string): string | null =>
  publicUrl === null ? null : new URL(`?wait=${waitId}`, publicUrl).href;
