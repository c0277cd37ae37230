/** Bundles the program when its sources or the dependencies have changed; gives the file to start. `node` as for the board. */
export function ensureProgram(node: string): Promise<string>;
