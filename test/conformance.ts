/** Prints how far the model agrees with the oracle, by version, and each disagreement in a line. */
import { type Comparison, conformance } from './support/conformance.ts';

const all: Comparison[] = [];
for await (const comparison of conformance('test/oracle')) all.push(comparison);
const disagreements = all.filter(({ codex, ours }) => codex !== ours);

for (const { case: name, version, lifecycle, codex, ours } of disagreements) {
  console.log(`${lifecycle} of ${name} on ${version}: expected ${codex}, got ${ours}`);
}
const count = (comparisons: readonly Comparison[], version: string, lifecycle: string) =>
  comparisons.filter((each) => each.version === version && each.lifecycle === lifecycle).length;
console.log(`${'version'.padEnd(22)}${'resume'.padStart(12)}${'fork'.padStart(12)}`);
for (const version of [...new Set(all.map((each) => each.version))]) {
  const shares = ['resume', 'fork'].map((lifecycle) => {
    const total = count(all, version, lifecycle);
    return `${total - count(disagreements, version, lifecycle)} / ${total}`.padStart(12);
  });
  console.log(version.padEnd(22) + shares.join(''));
}
console.log(`${all.length - disagreements.length} of ${all.length} agree`);
if (disagreements.length > 0) process.exitCode = 1;
