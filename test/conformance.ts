/** Prints how far the model agrees with the oracle, by version and by kind, and each disagreement in a line. */
import { type Comparison, conformance } from './support/conformance.ts';

const all: Comparison[] = [];
for await (const comparison of conformance('test/oracle')) all.push(comparison);
const disagreements = all.filter(({ codex, ours }) => codex !== ours);

for (const { case: name, version, home, lifecycle, codex, ours } of disagreements) {
  console.log(`${lifecycle} of ${name} on ${version}, home ${home}: expected ${codex}, got ${ours}`);
}
for (const group of ['version', 'kind'] as const) {
  for (const value of new Set(all.map((each) => each[group]))) {
    const total = all.filter((each) => each[group] === value).length;
    const wrong = disagreements.filter((each) => each[group] === value).length;
    console.log(`${value.padEnd(22)}${`${total - wrong} / ${total}`.padStart(14)}`);
  }
}
console.log(`${all.length - disagreements.length} of ${all.length} agree`);
if (disagreements.length > 0) process.exitCode = 1;
