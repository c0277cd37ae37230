/** Builds the board's web app when its sources or the dependencies have changed. `node` is the path of a Node that runs Otklik. */
export function ensureWebApp(node: string): Promise<void>;
