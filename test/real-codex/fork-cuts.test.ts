import { join } from 'node:path';
import { expect, test } from 'vitest';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import { clientTurns } from '../../src/lifecycle/facts.ts';
import { toWire } from '../../src/wire/thread-token-usage.ts';
import { RpcError } from '../support/app-server.ts';
import { pinnedCodex } from '../support/codex.ts';
import { factsFor } from '../support/facts.ts';
import { describeRealCodex, runLifecycle, withAppServer } from '../support/real-codex.ts';
import { homeWith } from '../support/sample-home.ts';
import { threadTokenUsage } from '../support/thread-token-usage.ts';

const samples = ['two-turns', 'resumed', 'interrupted', 'compacted', 'no-usage'];
const unknownTurn = '019d2f00-0000-7000-8000-00000000dddd';

describeRealCodex('a fork that is cut at a turn holds and notifies what the model says', () => {
  test.each(['0.122.0', '0.144.6', '0.169.0'])('samples of Codex %s', { timeout: 120_000 }, async (version) => {
    const paths = samples.map((name) => join('samples', version, `${name}.jsonl`));
    let threads: { threadId: string }[] = [];
    const prepare = async (home: string) => {
      threads = await homeWith(paths, home);
    };
    await withAppServer(prepare, async (server) => {
      for (const [i, { threadId }] of threads.entries()) {
        const path = paths[i] as string;
        const ids = [...clientTurns(await factsFor(path), 'used').map((turn) => turn.id)];
        for (const cut of ['lastTurnId', 'beforeTurnId']) {
          for (const id of [...ids, unknownTurn]) {
            const params = { [cut]: id };
            const facts = await factsFor(path, pinnedCodex, undefined, params);
            const expected = versionOutcome(facts, 'fork', pinnedCodex, params);
            const seen = await runLifecycle(server, 'thread/fork', threadId, { [cut]: id }).catch((error) => {
              if (error instanceof RpcError) return { code: error.code, message: error.message };
              throw error;
            });
            const got =
              'code' in seen
                ? { error: seen, turns: [], turnId: null, tokenUsage: null }
                : {
                    error: null,
                    turns: seen.turns,
                    turnId: seen.usage && JSON.parse(seen.usage).params.turnId,
                    tokenUsage: seen.usage && toWire(threadTokenUsage(seen.usage), true),
                  };
            expect(got, `${paths[i]} ${cut} ${ids.indexOf(id)}`).toEqual({
              error: expected.error,
              turns: expected.turns.map((turn) => [turn.id, turn.status]),
              turnId: expected.usage?.turnId ?? null,
              tokenUsage: expected.usage?.tokenUsage ?? null,
            });
          }
        }
      }
    });
  });
});
