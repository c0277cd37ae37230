// Loaded before the program's code: ends the program with the test run. Nobody writes to the pipe; it closes when the
// parent process is gone.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
if ('unref' in process.stdin) process.stdin.unref();
