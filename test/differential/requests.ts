/**
 * Sends every client request of a version's own schema that is safe to send, with params that it can read, to a real app-server
 * and to the embedded one, and prints what kind of answer each gives, and whether results are as that schema says.
 *
 *     npm run requests:compare 0.144.6 0.160.0 0.169.0
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { clientRequests, isSafe, namesThread, rank, UNKNOWN_THREAD } from '../record/client-requests.ts';
import { codexHome } from '../support/codex.ts';
import { installCodexVersions } from '../support/codex-installations.ts';
import { CodexSchemas } from '../support/codex-schemas.ts';
import { plainNumbers } from '../support/plain-numbers.ts';
import { homeWith } from '../support/sample-home.ts';
import { copyOf } from './compare.ts';
import { embeddedSide, realSide, type Side } from './sides.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;

const versions = process.argv.slice(2);
const installations = await installCodexVersions(versions);
try {
  let differing = 0;
  for (const version of versions) differing += await compareRequests(installations.binary(version), version);
  process.exitCode = differing > 0 ? 1 : 0;
} finally {
  await installations.remove();
}

/** How many requests a version's real server answers in another way, or with results of another form. */
async function compareRequests(binary: string, version: string): Promise<number> {
  const schemas = new CodexSchemas(binary);
  const requests = clientRequests(schemas);
  const home = await codexHome();
  const name = Number(version.split('.')[1]) < 150 ? '0.144.6' : '0.169.0';
  const [sample] = await homeWith([join(samples, name, 'two-turns.jsonl')], home);
  const threadId = sample?.threadId ?? '';
  const homes = [home, await copyOf(home)] as const;
  const sides = [await realSide(binary, homes[0]), await embeddedSide(version, homes[1])] as const;
  const counts = { same: 0, differing: 0, valid: 0, invalid: 0, 'as Codex': 0, '-': 0 };
  try {
    for (const side of sides) await side.peers[0].ask('thread/resume', { threadId, excludeTurns: true });
    const inOrder = requests.filter(({ method }) => isSafe(method)).sort((a, b) => rank(a.method) - rank(b.method));
    for (const { method, paramsFor } of inOrder) {
      for (const id of namesThread(paramsFor) ? [UNKNOWN_THREAD, threadId] : [threadId]) {
        const [real, served] = (await Promise.all(
          sides.map((side) => answerOf(side, method, paramsFor(id), schemas)),
        )) as [Answered, Answered];
        const isSame = real.kind === served.kind;
        counts[isSame ? 'same' : 'differing']++;
        const isValid = validity(real, served);
        counts[isValid]++;
        const about = namesThread(paramsFor) ? (id === threadId ? ' (loaded thread)' : ' (unknown thread)') : '';
        const kinds = isSame ? real.kind : `${real.kind} | serve: ${served.kind}`;
        const columns = [
          version,
          isSame ? 'same   ' : 'differs',
          validity(real, served),
          `${method}${about}: ${kinds}`,
        ];
        console.log(columns.join('  '));
        if (isValid === 'invalid') console.log(`    serve: ${served.problem}`);
      }
    }
  } finally {
    schemas.remove();
    for (const side of sides) await side.stop();
    for (const folder of homes) await rm(folder, { recursive: true, force: true });
  }
  const left = requests.length - requests.filter(({ method }) => isSafe(method)).length;
  const { same, differing, valid, invalid } = counts;
  console.log(
    `${version}: ${same} the same, ${differing} different; ${left} of ${requests.length} requests are not safe to send`,
  );
  console.log(
    `${version}: ${valid} results of serve are as the schemas of the version say, ${counts['as Codex']} leave them as Codex does, ${invalid} are not`,
  );
  return differing + invalid;
}

/** What a request was answered with: a result or which error, and what is wrong with the result. */
interface Answered {
  readonly kind: string;
  readonly problem: string | null;
}

/** Whether the result of serve is as the schemas say; or, where Codex itself leaves them, as that does. */
function validity(real: Answered, served: Answered): 'valid' | 'invalid' | 'as Codex' | '-' {
  if (served.kind !== 'result') return '-';
  if (served.problem === null) return 'valid';
  return served.problem === real.problem ? 'as Codex' : 'invalid';
}

async function answerOf(
  { peers: [peer] }: Side,
  method: string,
  params: unknown,
  schemas: CodexSchemas,
): Promise<Answered> {
  const answer = await peer.ask(method, params as JsonObject).catch(() => null);
  if (!answer) return { kind: 'no answer', problem: null };
  const { result, error } = plainNumbers(answer);
  if (error !== undefined) return { kind: `error ${memberAt(error, 'code')}`, problem: null };
  return { kind: 'result', problem: schemas.problemOfResult(method, result) };
}
