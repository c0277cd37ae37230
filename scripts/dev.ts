// npm run dev: the program, restarted when its files change, and the board with hot reload. Ports: PORT, BOARD_PORT.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const port = process.env.PORT || '3000';
const program = `http://127.0.0.1:${port}`;

const board = await createServer({
  root: fileURLToPath(new URL('../services/board/web', import.meta.url)),
  server: {
    host: '127.0.0.1',
    port: Number(process.env.BOARD_PORT || 5173),
    proxy: Object.fromEntries(['/api', '/sign-in', '/hooks', '/metrics'].map((path) => [path, program])),
  },
});
await board.listen();
console.log(
  `The board, reloaded as you edit: ${board.resolvedUrls?.local[0]} (a sign-in link works with its port too)`,
);

const otklik = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'bin/otklik.ts', 'start'], {
  cwd: root,
  env: { ...process.env, PORT: port },
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => otklik.kill(signal));
otklik.once('exit', (code) => {
  process.exitCode = code ?? 0;
  void board.close();
});
