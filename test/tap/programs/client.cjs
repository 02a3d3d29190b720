// A client that starts the command in its arguments and asks without an end, one request after the other. It says how often.
const { spawn } = require('node:child_process');
const [file, ...args] = process.argv.slice(2);
const server = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
process.stdout.write(`${JSON.stringify({ tap: server.pid })}\n`);
let id = 0;
const ask = () => server.stdin.write(`${JSON.stringify({ id: ++id, method: 'thread/list', params: { id } })}\n`);
server.stdin.on('error', () => {});
require('node:readline')
  .createInterface({ input: server.stdout })
  .on('line', () => {
    process.stdout.write(`${JSON.stringify({ answered: id })}\n`);
    ask();
  });
server.on('close', () => process.exit(0));
ask();
