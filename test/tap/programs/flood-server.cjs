// A server that writes COUNT lines of 1 MiB, and says on standard error when nobody has taken them for a while.
const count = Number(process.argv[2]);
const line = `${JSON.stringify({ method: 'flood', params: { text: 'x'.repeat(2 ** 20) } })}\n`;
let timer = setTimeout(() => {}, 0);
function write(left) {
  if (left === 0) return process.stderr.write('all is written\n', () => process.exit(0));
  timer = setTimeout(() => process.stderr.write(`held back with ${left} left\n`), 500);
  process.stdout.write(line, () => {
    clearTimeout(timer);
    write(left - 1);
  });
}
write(count);
