import { ensureProgram } from '../../scripts/setup/program.mjs';

/** As `npm start` starts it. */
export const PROGRAM = await ensureProgram(process.execPath);
