import { ensureProgram } from '../../scripts/setup/program.mjs';

/** The program as `npm start` starts it. */
export const PROGRAM = await ensureProgram(process.execPath);
