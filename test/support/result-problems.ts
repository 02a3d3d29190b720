import { type JsonObject, memberAt } from '../../src/json/json-value.ts';
import { clientRequests, rank } from '../record/client-requests.ts';
import { homeOfSamples } from '../server/sample-threads.ts';
import { embeddedServer, TestClient } from '../server/test-client.ts';
import type { CodexSchemas } from './codex-schemas.ts';
import { plainNumbers } from './plain-numbers.ts';

/** Codex itself sends `turnId` in the entries of these, where its schemas say `turn_id`. */
const MISWRITTEN = new Set(['thread/timeline/list']);

/**
 * Asks the embedded server everything that the schemas of a version let a client ask about a loaded thread, and returns which
 * results they do not allow, and why.
 */
export async function resultProblems(schemas: CodexSchemas, version: string): Promise<string[]> {
  const sample = Number(version.split('.')[1]) < 150 ? '0.144.6' : '0.169.0';
  const { codexHome, of } = await homeOfSamples(sample, 'two-turns');
  const { threadId } = of('two-turns');
  const client = await TestClient.ready(embeddedServer(codexHome, version));
  await client.request('thread/resume', { threadId });
  const requests = clientRequests(schemas).filter(({ method }) => !MISWRITTEN.has(method));
  requests.sort((a, b) => rank(a.method) - rank(b.method));
  const problems: string[] = [];
  for (const { method, paramsFor } of requests) {
    const answer = plainNumbers(await client.request(method, paramsFor(threadId) as JsonObject));
    const result = memberAt(answer, 'result');
    const problem = result === undefined ? null : schemas.problemOfResult(method, result);
    if (problem !== null) problems.push(`${method}: ${problem}`);
  }
  return problems;
}
