/**
 * Records what released Codex versions answer about the cases of `test/oracle`, and merges it into their `expected.json`.
 *
 *     npm run record -- 0.169.0 0.166.0 …
 *     npm run record -- --case p_baseline --case baseline 0.169.0
 *
 * Versions are installed from npm, or taken from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names. `--oracle` names another
 * folder of cases, `--jobs` how many versions are asked at once. The exit code is 1 when an answer does not come twice, or is
 * not what was recorded before.
 */
import { parseArgs } from 'node:util';
import { installCodexVersions } from '../support/codex-installations.ts';
import { oracleCases } from '../support/oracle.ts';
import { recordTwice } from './record-twice.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    case: { type: 'string', multiple: true },
    oracle: { type: 'string', default: 'test/oracle' },
    jobs: { type: 'string', default: '1' },
  },
});
const folder = values.oracle;
const waiting = [...positionals];
await Promise.all(Array.from({ length: Number(values.jobs) }, work));

async function work(): Promise<void> {
  for (let version = waiting.shift(); version !== undefined; version = waiting.shift()) {
    const started = performance.now();
    const cases = oracleCases(folder).filter(({ name }) => values.case?.includes(name) ?? true);
    const installed = await installCodexVersions([version]);
    try {
      const release = { version, binary: installed.binary(version) };
      const { answers, askedTwice, problems } = await recordTwice(release, folder, cases);
      for (const problem of problems) console.log(`${version}: ${problem}`);
      if (problems.length > 0) process.exitCode = 1;
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      console.log(
        `${version}: ${answers.length} answers, ${cases.length} cases, ${askedTwice} asked twice, ${seconds} s`,
      );
    } finally {
      await installed.remove();
    }
  }
}
