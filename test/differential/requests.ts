/**
 * Sends every client request of a version's own schema that is safe to send, with params that it can read, to a real app-server
 * and to the embedded one, and prints what kind of answer each gives.
 *
 *     npm run requests:compare 0.144.6 0.160.0 0.169.0
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, type JsonValue, memberAt } from '../../src/json/json-value.ts';
import { clientRequests, isSafe, rank, UNKNOWN_THREAD } from '../record/client-requests.ts';
import { codexHome } from '../support/codex.ts';
import { installCodexVersions } from '../support/codex-installations.ts';
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

/** How many requests a version's real server answers in another way. */
async function compareRequests(binary: string, version: string): Promise<number> {
  const requests = await clientRequests(binary);
  const home = await codexHome();
  const name = Number(version.split('.')[1]) < 150 ? '0.144.6' : '0.169.0';
  const [sample] = await homeWith([join(samples, name, 'two-turns.jsonl')], home);
  const threadId = sample?.threadId ?? '';
  const homes = [home, await copyOf(home)] as const;
  const sides = [await realSide(binary, homes[0]), await embeddedSide(version, homes[1])] as const;
  let [same, differing] = [0, 0];
  try {
    for (const side of sides) await side.peers[0].ask('thread/resume', { threadId, excludeTurns: true });
    const inOrder = requests.filter(({ method }) => isSafe(method)).sort((a, b) => rank(a.method) - rank(b.method));
    for (const { method, paramsFor } of inOrder) {
      for (const id of namesThread(paramsFor) ? [UNKNOWN_THREAD, threadId] : [threadId]) {
        const [real, served] = await Promise.all(sides.map((side) => kindOf(side, method, paramsFor(id))));
        if (real === served) same++;
        else differing++;
        const about = namesThread(paramsFor) ? (id === threadId ? ' (loaded thread)' : ' (unknown thread)') : '';
        console.log(
          `${version}  ${real === served ? 'same   ' : 'differs'}  ${method}${about}: ${real}${real === served ? '' : ` | serve: ${served}`}`,
        );
      }
    }
  } finally {
    for (const side of sides) await side.stop();
    for (const folder of homes) await rm(folder, { recursive: true, force: true });
  }
  const left = requests.length - requests.filter(({ method }) => isSafe(method)).length;
  console.log(
    `${version}: ${same} the same, ${differing} different; ${left} of ${requests.length} requests are not safe to send`,
  );
  return differing;
}

function namesThread(paramsFor: (threadId: string) => unknown): boolean {
  return JSON.stringify(paramsFor(UNKNOWN_THREAD)).includes(UNKNOWN_THREAD);
}

/** Whether it is a result, or which error. */
async function kindOf({ peers: [peer] }: Side, method: string, params: unknown): Promise<string> {
  try {
    const answer: JsonObject = await peer.ask(method, params as JsonObject);
    const code: JsonValue | undefined = memberAt(answer, 'error', 'code');
    return code === undefined ? 'result' : `error ${code}`;
  } catch {
    return 'no answer';
  }
}
