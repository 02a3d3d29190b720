// A server that answers with bytes which depend on its seed and on what it is sent, and ends as the seed says.
const { createHash } = require('node:crypto');

let state = Number(process.argv[2]) || 1;
function random(below) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
/** JSON, text, single bytes that are no UTF-8, with and without a newline. */
function piece() {
  const kinds = [
    () => `${JSON.stringify({ method: 'note', params: { text: 'é'.repeat(random(2_000)) } })}\n`,
    () => `${JSON.stringify({ id: random(9), result: { n: '9'.repeat(random(40)) } })}\r\n`,
    () => Buffer.from(Array.from({ length: random(300) }, () => random(256))),
    () => '\n\n{"cut":',
  ];
  return kinds[random(kinds.length)]();
}
const ends = [
  () => process.exit(0),
  () => process.exit(random(256)),
  () => process.kill(process.pid, 'SIGTERM'),
  () => process.kill(process.pid, 'SIGKILL'),
];
const end = ends[random(ends.length)];
const early = random(4) === 0;
const hash = createHash('sha256');
for (let i = random(6); i > 0; i--) process.stdout.write(piece());
process.stderr.write(piece());
process.stdin.on('data', (bytes) => hash.update(bytes));
const finish = () => process.stdout.write(piece(), () => process.stderr.write(`bye ${random(1e6)}`, end));
if (early) finish();
else process.stdin.on('end', () => process.stdout.write(`${hash.digest('hex')}\n`, finish));
