import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codexHome } from '../support/codex.ts';
import { startResponsesApi } from '../support/responses-api.ts';
import { homeWith } from '../support/sample-home.ts';
import { compare, copyOf, copyTo, type Difference, idsIn } from './compare.ts';
import { type Move, sequenceOf } from './sequence.ts';
import { embeddedSide, realSide } from './sides.ts';

const samples = new URL('../../samples/', import.meta.url).pathname;
const NAMES = ['two-turns', 'interrupted', 'no-usage', 'fork-parent', 'fork'];

/** What the mock of the model says and charges: the same as the scripted one. */
const reply = () => ({
  text: 'This is a scripted answer.',
  usage: {
    ...{ input_tokens: 1_000, cached_input_tokens: 400, cache_write_input_tokens: 0 },
    ...{ output_tokens: 50, reasoning_output_tokens: 20, total_tokens: 1_050 },
  },
});

export interface SequenceOptions {
  readonly binary: string;
  readonly version: string;
  readonly seed: string;
  readonly from: number;
  readonly sequences: number;
  readonly length: number;
  /** No new sequence begins after this time. */
  readonly deadline: number;
  /** What is asked in a sequence; random requests where that is missing. */
  readonly moves?: readonly Move[];
}

/** Runs sequences one after the other, each in a copy of one home that a real server has met before. */
export async function runSequences(options: SequenceOptions): Promise<{
  readonly compared: number;
  readonly differences: readonly { readonly seed: string; readonly difference: Difference }[];
}> {
  const { binary, version, from, sequences, length, deadline } = options;
  const api = await startResponsesApi({ reply });
  const base = await codexHome(api.port);
  const differences: { seed: string; difference: Difference }[] = [];
  const copies: string[] = [];
  let compared = 0;
  try {
    const sampleVersion = Number(version.split('.')[1]) < 155 ? '0.144.6' : '0.169.0';
    const placed = await homeWith(
      NAMES.map((name) => join(samples, sampleVersion, `${name}.jsonl`)),
      base,
    );
    const threads = placed.map(({ threadId }) => threadId);
    await meet(binary, base, threads);
    const known = await idsIn(base);
    const pristine = await copyOf(base);
    copies.push(pristine);
    for (let n = from; n < from + sequences && Date.now() < deadline; n++) {
      const seed = `${options.seed} ${n}`;
      // Its database names rollouts by their paths, so that the real server works where it was filled.
      await rm(base, { recursive: true, force: true });
      await copyTo(base, pristine);
      const served = await copyOf(pristine);
      const sides = await Promise.all([realSide(binary, base), embeddedSide(version, served)]);
      try {
        const difference = await compare(options.moves ?? sequenceOf(seed, length), ...sides, threads, known);
        compared++;
        if (difference) differences.push({ seed, difference });
      } finally {
        await Promise.all(sides.map((side) => side.stop()));
        await rm(served, { recursive: true, force: true });
      }
    }
  } finally {
    for (const home of [base, ...copies]) await rm(home, { recursive: true, force: true });
    await api.close();
  }
  return { compared, differences };
}

/** Has a real server load every thread once: its database knows their turns from then on. */
async function meet(binary: string, home: string, threads: readonly string[]): Promise<void> {
  const server = await realSide(binary, home);
  for (const threadId of threads) await server.peers[0].ask('thread/resume', { threadId, excludeTurns: true });
  await server.stop();
}
