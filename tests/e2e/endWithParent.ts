// Loaded into the program before its own code: a test run that is ended, or hangs and is given up, leaves no program behind.
// Nobody writes to the pipe; it closes when the process that started the program is gone.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
if ('unref' in process.stdin) process.stdin.unref();
