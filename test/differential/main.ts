/**
 * Asks a real app-server and the embedded one the same random sequences of requests, over two connections each, and prints
 * where they answer differently. `ROLLOUT_INSPECT_CODEX_DIR` names the folder of installed versions.
 *
 *     npm run differential -- --sequences 300 --version 0.169.0 --seed nightly --seconds 150
 */
import { parseArgs } from 'node:util';
import { installCodexVersions } from '../support/codex-installations.ts';
import { runSequences } from './run-sequences.ts';

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '20' },
    length: { type: 'string', default: '14' },
    version: { type: 'string', default: '0.169.0' },
    seed: { type: 'string', default: 'a' },
    from: { type: 'string', default: '0' },
    /** No new sequence begins after this time. */
    seconds: { type: 'string', default: '150' },
  },
});
const installations = await installCodexVersions([values.version]);
try {
  const { compared, differences } = await runSequences({
    binary: installations.binary(values.version),
    version: values.version,
    seed: values.seed,
    from: Number(values.from),
    sequences: Number(values.sequences),
    length: Number(values.length),
    deadline: Date.now() + Number(values.seconds) * 1_000,
  });
  for (const { seed, difference } of differences) {
    console.log(`\n${seed}, request ${difference.requests.length}:`);
    for (const request of difference.requests) console.log(`  ${request}`);
    for (const line of difference.real) console.log(`  real  ${line}`);
    for (const line of difference.served) console.log(`  serve ${line}`);
  }
  console.log(`\n${compared - differences.length} of ${compared} sequences are the same`);
  process.exitCode = differences.length > 0 ? 1 : 0;
} finally {
  await installations.remove();
}
