import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CodexInstallations, installCodexVersions } from '../support/codex-installations.ts';
import { describeRealCodex } from '../support/real-codex.ts';
import { failedChecks, type ReplayJson, replayJson } from '../support/replay-json.ts';
import { temporaryFolder } from '../support/rollout.ts';
import { runCli } from '../support/run-cli.ts';

/**
 * What released versions do by the contract: `pass`, or the checks that fail and, after `:`, the deviation that
 * explains them. The rollouts of 0.169.0 are paginated, those of 0.122.0 are not.
 */
const table = `
version  rollout                resume                               fork                          rejoin

0.121.0  0.122.0/two-turns      usage-present:no-replay              usage-present:no-replay       usage-present:no-replay
0.122.0  0.122.0/two-turns      pass                                 pass                          pass
0.130.0  0.122.0/two-turns      pass                                 pass                          pass
0.144.6  0.122.0/two-turns      pass                                 pass                          pass
0.150.0  0.122.0/two-turns      pass                                 pass                          pass
0.169.0  0.122.0/two-turns      pass                                 pass                          pass

0.164.0  0.169.0/two-turns      pass                                 pass                          pass
0.169.0  0.169.0/two-turns      pass                                 pass                          pass

0.164.0  0.169.0/fork           pass                                 pass                          pass
0.164.0  0.169.0/fork-with-turn pass                                 pass                          pass
0.169.0  0.169.0/fork           usage-present:fork-resume-no-replay  pass                          pass
0.169.0  0.169.0/fork-with-turn usage-present:fork-resume-no-replay  pass                          pass

0.164.0  0.169.0/compacted      usage-turn:compaction-forgets        usage-turn:compaction-forgets pass
0.169.0  0.169.0/compacted      usage-turn:compaction-forgets        usage-turn:compaction-forgets pass
`;

const lifecycles = ['resume', 'fork', 'rejoin'] as const;

interface Case {
  readonly version: string;
  readonly rollout: string;
  readonly lifecycle: (typeof lifecycles)[number];
  readonly expected: string;
}

const cases: readonly Case[] = table
  .split('\n')
  .map((line) => line.split(/ +/))
  .filter(([version = '']) => /^\d/.test(version))
  .flatMap(([version = '', rollout = '', ...outcomes]) =>
    lifecycles.map((lifecycle, i) => ({ version, rollout, lifecycle, expected: outcomes[i] ?? '' })),
  );

let installed: CodexInstallations;
const started = performance.now();
const results = new Map<Case, { contract?: string; version?: string }>();

describeRealCodex('released versions do what they are known to do', () => {
  beforeAll(async () => {
    installed = await installCodexVersions([...new Set(cases.map(({ version }) => version))]);
    console.log(`installed in ${seconds()} s`);
  }, 360_000);

  afterAll(async () => {
    await installed?.remove();
    console.log(`${resultTable()}\n${results.size} replays by each yardstick, ${seconds()} s in all`);
  });

  // Three at once, for two cores: a replay mostly waits.
  for (const lifecycle of lifecycles) {
    describe.concurrent(lifecycle, () => {
      for (const row of cases.filter((each) => each.lifecycle === lifecycle)) {
        test.sequential(`${row.version} on ${row.rollout}: ${row.expected}`, () => check(row), 60_000);
      }
    });
  }

  test('0.121.0: the output says since when usage is replayed', async () => {
    const { code, stdout } = await runCli(['replay', ...argumentsFor(cases[0] as Case)]);
    expect(code).toBe(1);
    expect(stdout).toContain('Codex 0.121.0 is known for it: restored usage is not sent: replay exists since 0.122.0');
    expect(stdout).toContain('(no-replay, until 0.122.0)');
  }, 60_000);
});

async function check(row: Case): Promise<void> {
  const seen: { contract?: string; version?: string } = {};
  results.set(row, seen);
  const recording = join(temporaryFolder(), 'recording.ndjson');
  const byVersion = await replayJson([...argumentsFor(row), '--expect', 'version', '--record', recording]);
  seen.version = outcomeOf(byVersion);
  const byContract = await replayJson(['--transcript', recording, ...threadOf(row)]);
  seen.contract = outcomeOf(byContract);
  expect(seen).toEqual({ contract: row.expected, version: 'pass' });
  expect([byContract.exitCode, byVersion.exitCode]).toEqual([row.expected === 'pass' ? 0 : 1, 0]);
  expect([byContract, byVersion].map(({ server }) => server.version)).toEqual([row.version, row.version]);
}

function argumentsFor(row: Case): string[] {
  return [...threadOf(row), '--server', 'codex', '--codex-bin', installed.binary(row.version)];
}

function threadOf({ rollout, lifecycle }: Case): string[] {
  return [`--${lifecycle}`, `samples/${rollout}.jsonl`];
}

/** In the words of the table. Deviations that explain nothing are no part of it. */
function outcomeOf(report: ReplayJson): string {
  const { verdict, explained, deviations, failure } = report;
  if (verdict === 'pass') return 'pass';
  const failed = [
    verdict === 'fail' ? failedChecks(report).join('+') : verdict,
    ...(failure === null ? [] : [failure]),
  ];
  return `${failed.join(' ')}:${explained ? deviations.map(({ id }) => id).join('+') : 'unexplained'}`;
}

function resultTable(): string {
  const rows = [...results].map(([{ version, rollout, lifecycle, expected }, seen]) => [
    version,
    rollout,
    lifecycle,
    expected,
    seen.contract ?? 'none',
    seen.version ?? 'none',
  ]);
  rows.sort((a, b) => a.join(' ').localeCompare(b.join(' ')));
  const all = [['version', 'rollout', 'lifecycle', 'expected', 'seen by contract', 'seen by version'], ...rows];
  const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds(): string {
  return ((performance.now() - started) / 1000).toFixed(0);
}
