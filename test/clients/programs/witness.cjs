// Starts the command in its arguments in its own place, and writes to FOLDER which bytes passed in each direction and how it ended.
const { spawn } = require('node:child_process');
const { appendFileSync, mkdtempSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder, file, ...args] = process.argv.slice(2);
// A client may start several servers.
const own = mkdtempSync(join(folder, `${Date.now()}-`));
const child = spawn(file, args, { stdio: 'pipe' });
const flow = (from, to, name) => {
  writeFileSync(join(own, name), '');
  from.on('data', (bytes) => {
    appendFileSync(join(own, name), bytes);
    to.write(bytes);
  });
};
flow(process.stdin, child.stdin, 'sent');
flow(child.stdout, process.stdout, 'received');
flow(child.stderr, process.stderr, 'stderr');
process.stdin.on('end', () => child.stdin.end());
child.stdin.on('error', () => {});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => {
  writeFileSync(join(own, 'end'), JSON.stringify({ code, signal }));
  if (signal === null) process.exitCode = code;
  else {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.stdin.destroy();
});
