import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { supportedVersion } from '../../src/codex/version.ts';
import { versionOutcome } from '../../src/lifecycle/deviations.ts';
import { factsFor } from '../support/facts.ts';
import { runCli } from '../support/run-cli.ts';
import { exactJson, plainUsage } from './plain-usage.ts';

const NEWEST = '0.169.0';
const versions = [NEWEST, NEWEST, NEWEST, '0.122.0', '0.144.6', '0.150.0'];
const commands = { usage: [0, 1, 2, 3], turns: [0, 2, 3], check: [0, 1, 2] };
/** Of the processor, for all that is tried with one input. In microseconds. */
const LONGEST = 2_000_000;

/** What came of one input. */
export interface Tried {
  /** What is not as it must be; empty when all is well. */
  readonly problems: readonly string[];
  /** Whether the plain reference could tell the usage. */
  readonly isCompared: boolean;
  /** Of the processor, in microseconds. */
  readonly cpu: number;
}

/**
 * Has `usage`, `turns`, `check` and the model look at a rollout of these bytes, in this process. `folder`: where it is
 * written; there is nothing else in it. `choose`: a number below a limit.
 */
export async function tryInput(input: Buffer, folder: string, choose: (limit: number) => number): Promise<Tried> {
  const path = join(folder, 'rollout.jsonl');
  writeFileSync(path, input);
  const version = versions[choose(versions.length)] as string;
  const problems: string[] = [];
  const before = process.cpuUsage();
  let usageAnswer = '';
  for (const [command, codes] of Object.entries(commands)) {
    const args = [command, path, '--json', '--emulate', version, '--codex-home', folder];
    const { code, stdout, stderr } = await runCli(args);
    if (!codes.includes(code)) problems.push(`${args.join(' ')}: exit code ${code}: ${stderr}`);
    else if (stdout === '' && stderr === '') problems.push(`${args.join(' ')}: no word`);
    if (command === 'usage') usageAnswer = stdout;
  }
  try {
    const facts = await factsFor(path, supportedVersion(version));
    for (const lifecycle of ['resume', 'fork', 'rejoin'] as const)
      versionOutcome(facts, lifecycle, supportedVersion(version), {});
  } catch (error) {
    problems.push(`the model of ${version}: ${error}`);
  }
  const { user, system } = process.cpuUsage(before);
  if (user + system > LONGEST) problems.push(`it took ${(user + system) / 1e6} s of the processor`);
  const expected = version === NEWEST ? plainUsage(input) : 'cannot tell';
  if (expected === 'cannot tell') return { problems, isCompared: false, cpu: user + system };
  problems.push(...differences(expected.info, usageAnswer));
  const { stdout } = await runCli(['usage', '-', '--json', '--codex-home', folder], { stdin: input });
  problems.push(...differences(expected.info, stdout).map((difference) => `from standard input: ${difference}`));
  return { problems, isCompared: true, cpu: user + system };
}

/** How the answer of `usage` differs from what is expected. */
function differences(expected: unknown, answer: string): string[] {
  if (answer === '') return expected === null ? [] : [`usage says nothing, not ${JSON.stringify(expected)}`];
  const { rollouts } = exactJson(answer) as unknown as { rollouts: { tokenUsageInfo: object | null }[] };
  const actual = sorted(rollouts[0]?.tokenUsageInfo ?? null);
  return actual === sorted(expected) ? [] : [`usage says ${actual}, not ${sorted(expected)}`];
}

/** As text, with keys in order and numbers as their digits. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each !== 'object' || each === null) return each;
    if ('#' in each) return each['#'];
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
