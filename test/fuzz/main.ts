/** `npm run fuzz`: many more inputs than the tests try. `--from N --cases 1` repeats case N. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    cases: { type: 'string', default: '100000' },
  },
});
const cases = Number(values.cases);
const { failures, compared, slowest, memory } = await fuzz({
  seed: values.seed,
  from: Number(values.from),
  cases,
  print: (line) => console.log(line),
});
console.log(
  `${cases} inputs with seed ${values.seed}: ${failures.length} failed; ` +
    `the usage of ${compared} was compared with the plain reference; ` +
    `the slowest took ${slowest.toFixed(2)} s of the processor; the process held at most ${memory} MB`,
);
process.exitCode = failures.length > 0 ? 1 : 0;
