// A server that answers every request with its params, and goes when its input ends.
const lines = require('node:readline').createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const { id, params } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id, result: params })}\n`);
});
