import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eraOf } from '../../src/lifecycle/era.ts';
import { fork, resume } from '../../src/lifecycle/lifecycle.ts';
import { toWire } from '../../src/lifecycle/outcome.ts';
import { parseCodexVersion } from '../../src/rollout/codex-version.ts';
import { readHistory } from '../../src/rollout/read-history.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

interface Recorded {
  readonly stream: readonly string[];
  readonly error: { readonly code: number; readonly message: string } | null;
  readonly usage: string | null;
  readonly turns: readonly (readonly [string, string])[] | null;
}

interface Expected {
  readonly path: string;
  readonly threadId: string;
  readonly outcomes: Readonly<Record<string, Readonly<Record<'resume' | 'fork', Recorded>>>>;
}

const oracle = 'test/oracle';
const print = (value: unknown) => JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each));

test('resume and fork are predicted as released Codex versions answered, every message of them', async () => {
  const agreed = new Map<string, number>();
  const disagreements: string[] = [];
  for (const name of readdirSync(oracle).filter((entry) => entry !== 'README.md')) {
    const expected: Expected = JSON.parse(readFileSync(join(oracle, name, 'expected.json'), 'utf8'));
    for (const [label, lifecycles] of Object.entries(expected.outcomes)) {
      const version = parseCodexVersion(label.replace(/-.*/, '')) ?? [0, 0, 0];
      const history = await readHistory(join(oracle, name, 'rollout.jsonl'), version);
      for (const [lifecycle, recorded] of Object.entries(lifecycles)) {
        const params = { excludeTurns: label.endsWith('-excludeTurns') };
        const path = `$HOME/${expected.path}`;
        const outcome = (lifecycle === 'fork' ? fork : resume)(history, eraOf(version), params, path);
        const ours = {
          stream: outcome.messages,
          error: outcome.error?.code ?? null,
          turnId: outcome.usage?.turnId ?? null,
          tokenUsage: outcome.usage?.tokenUsage ?? null,
          turns: outcome.turns.map(({ id, status }) => [id, status]),
        };
        const codex = {
          stream: recorded.stream,
          error: recorded.error?.code ?? null,
          turnId: recorded.usage ? JSON.parse(recorded.usage).params.turnId : null,
          tokenUsage: recorded.usage ? toWire(threadTokenUsage(recorded.usage), eraOf(version).sendsCacheWrite) : null,
          turns: recorded.turns ?? [],
        };
        if (print(ours) === print(codex)) agreed.set(label, (agreed.get(label) ?? 0) + 1);
        else disagreements.push(`${label} ${lifecycle} ${name}:\n  Codex ${print(codex)}\n  ours  ${print(ours)}`);
        if (recorded.error && outcome.error && !recorded.error.message.startsWith(outcome.error.message)) {
          disagreements.push(
            `${label} ${lifecycle} ${name}:\n  Codex ${recorded.error.message}\n  ours  ${outcome.error.message}`,
          );
        }
      }
    }
  }
  console.log(`conformance: ${[...agreed].map(([label, count]) => `${label} ${count}`).join(', ')}`);
  expect(disagreements).toEqual([]);
});
