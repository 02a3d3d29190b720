/**
 * Finds the exact release of each change, and proves the table of eras by it: asks releases between two measured ones about
 * the cases whose answers differ, until they are neighbours, and writes `test/oracle/boundaries.json`: for each change of a
 * rule a case that shows the old value on the release before and the new value on the release itself.
 *
 *     npm run eras
 */
import { writeFileSync } from 'node:fs';
import { installCodexVersions } from '../support/codex-installations.ts';
import { oracleCases } from '../support/oracle.ts';
import { boundaries, openGaps } from './boundaries.ts';
import { recordTwice } from './record-twice.ts';

const folder = 'test/oracle';

for (let gaps = openGaps(folder); gaps.size > 0; gaps = openGaps(folder)) {
  for (const [version, names] of gaps) {
    const installed = await installCodexVersions([version]);
    try {
      const cases = oracleCases(folder).filter(({ name }) => names.has(name));
      const { problems } = await recordTwice({ version, binary: installed.binary(version) }, folder, cases);
      console.log(`asked ${version} about ${names.size} cases`);
      for (const problem of problems) console.log(`  ${problem}`);
      if (problems.length > 0) throw new Error('these answers cannot be relied on');
    } finally {
      await installed.remove();
    }
  }
}

const found = await boundaries(folder);
for (const { rule, before, since, witness } of found) {
  console.log(`${since.padEnd(9)} ${rule.padEnd(26)} ${witness ? `${witness} (not ${before})` : 'no case shows it'}`);
}
writeFileSync(`${folder}/boundaries.json`, `[\n${found.map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
