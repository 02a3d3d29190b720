/**
 * Writes `src/codex/requests/answers.json`: what a signed-out Codex answers to each client request of its protocol, about a
 * thread that it does not know and about one that it has loaded. Installs the versions named on the command line, or takes
 * them from the folder that `ROLLOUT_INSPECT_CODEX_DIR` names.
 *
 *     npm run requests 0.144.6 0.160.0 0.169.0
 */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppServer, RpcError } from '../support/app-server.ts';
import { codexHome } from '../support/codex.ts';
import { installCodexVersions } from '../support/codex-installations.ts';
import { CodexSchemas } from '../support/codex-schemas.ts';
import { clientRequests, isSafe, namesThread, rank, UNKNOWN_THREAD } from './client-requests.ts';

const TARGET = 'src/codex/requests/answers.json';

type Answer = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } };

interface Row {
  readonly method: string;
  /** About a thread that is loaded, or about no thread. Null where the request was not sent. */
  readonly answer: Answer | null;
  /** About a thread that is unknown; null for a request that names none. */
  readonly unknownThread: Answer | null;
}

const versions = process.argv.slice(2);
const installations = await installCodexVersions(versions);
try {
  const recorded: Record<string, Row[]> = {};
  for (const version of versions) recorded[version] = await record(installations.binary(version), version);
  await writeFile(TARGET, textOf(recorded));
} finally {
  await installations.remove();
}

/** The table as JSON with a request a line, so that a new version is a readable change. */
function textOf(table: Readonly<Record<string, readonly Row[]>>): string {
  const rows = (list: readonly Row[]) => list.map((row) => JSON.stringify(row)).join(',\n');
  const versions = Object.entries(table).map(([version, list]) => `${JSON.stringify(version)}: [\n${rows(list)}\n]`);
  return `{\n${versions.join(',\n')}\n}\n`;
}

/** Sends every safe request of a version, first about an unknown thread, then about a loaded one. */
async function record(binary: string, version: string): Promise<Row[]> {
  const schemas = new CodexSchemas(binary);
  const home = await codexHome();
  const threadId = await addSample(home, version);
  const server = await AppServer.start(binary, home);
  try {
    await server.request('thread/resume', { threadId, excludeTurns: true });
    const rows: Row[] = [];
    const requests = clientRequests(schemas);
    const inOrder = [...requests].sort((a, b) => rank(a.method) - rank(b.method));
    for (const { method, paramsFor } of inOrder) {
      if (!isSafe(method)) {
        rows.push({ method, answer: null, unknownThread: null });
        continue;
      }
      const ask = (id: string) => answerTo(server, method, paramsFor(id), [home, id]);
      const unknownThread = namesThread(paramsFor) ? await ask(UNKNOWN_THREAD) : null;
      rows.push({ method, answer: await ask(threadId), unknownThread });
    }
    console.log(version, rows.length, 'requests');
    const known = requests.map(({ method }) => method);
    return rows.sort((a, b) => known.indexOf(a.method) - known.indexOf(b.method));
  } finally {
    schemas.remove();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function answerTo(
  server: AppServer,
  method: string,
  params: unknown,
  [home, threadId]: readonly [string, string],
): Promise<Answer | null> {
  const general = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll(home, '$HOME').replaceAll(threadId, '$THREAD'));
  try {
    return { result: withoutTexts(general(await server.request<unknown>(method, params as never))) };
  } catch (error) {
    if (error instanceof RpcError) return { error: general({ code: error.code, message: error.message }) };
    console.log(`no answer to ${method}`);
    return null;
  }
}

/** The same value with every text of more than a few words left out: descriptions are nobody's measurement. */
function withoutTexts(value: unknown): unknown {
  if (typeof value === 'string') return value.split(/\s+/).length > 4 ? '' : value;
  if (Array.isArray(value)) return value.map(withoutTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutTexts(member)]));
}

/** Copies the plain sample of the nearest version into a home, and returns its thread id. */
async function addSample(home: string, version: string): Promise<string> {
  const sample =
    Number(version.split('.')[1]) < 150 ? 'samples/0.144.6/two-turns.jsonl' : 'samples/0.169.0/two-turns.jsonl';
  const [first = ''] = (await readFile(sample, 'utf8')).split('\n', 1);
  const threadId = String(JSON.parse(first).payload.id);
  const day = join(home, 'sessions', '2026', '11', '22');
  await mkdir(day, { recursive: true });
  await copyFile(sample, join(day, `rollout-2026-11-22T16-29-44-${threadId}.jsonl`));
  return threadId;
}
