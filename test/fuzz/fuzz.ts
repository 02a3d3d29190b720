import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../support/random.ts';
import { corpus } from './corpus.ts';
import { mutated } from './mutate.ts';
import { tryInput } from './try-input.ts';

/** In kilobytes, as the system counts it. */
const MOST_MEMORY = 512 * 1024;

export interface FuzzOptions {
  /** The same inputs for the same seed. */
  readonly seed: string;
  /** The first input, counted from 0, and how many. */
  readonly from: number;
  readonly cases: number;
  readonly print: (line: string) => void;
}

export interface FuzzResult {
  readonly failures: readonly string[];
  /** How many were compared with the plain reference. */
  readonly compared: number;
  /** Of the processor for the slowest input, in seconds. */
  readonly slowest: number;
  /** The most memory that this process held, in megabytes. */
  readonly memory: number;
}

/** Tries inputs that are made of real rollouts by small changes. Of each that fails a copy is kept. */
export async function fuzz({ seed, from, cases, print }: FuzzOptions): Promise<FuzzResult> {
  const rollouts = corpus();
  const folder = mkdtempSync(join(tmpdir(), 'rollout-inspect-fuzz-'));
  const failures: string[] = [];
  let compared = 0;
  let slowest = 0;
  // Other tests may have run in this process.
  const mostMemory = Math.max(MOST_MEMORY, heldMemory() + MOST_MEMORY / 2);
  try {
    for (let i = from; i < from + cases; i++) {
      const below = random(`${seed} ${i}`);
      const input = mutated(rollouts[below(rollouts.length)] as Buffer, below, rollouts);
      const wasWithin = heldMemory() <= mostMemory;
      const { problems: found, isCompared, cpu } = await tryInput(input, folder, below);
      const isTooMuch = wasWithin && heldMemory() > mostMemory;
      const problems = isTooMuch ? [...found, `the process held ${inMegabytes(heldMemory())} MB`] : found;
      if (isCompared) compared++;
      slowest = Math.max(slowest, cpu / 1e6);
      if (problems.length > 0) {
        const kept = join(tmpdir(), `rollout-inspect-fuzz-${seed}-${i}.jsonl`);
        writeFileSync(kept, input);
        failures.push(`case ${i} (${kept}): ${problems.join('; ')}`);
        print(failures.at(-1) as string);
      }
      if ((i + 1 - from) % 5_000 === 0) print(`${i + 1 - from} of ${cases} tried, ${failures.length} failed`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { failures, compared, slowest, memory: inMegabytes(heldMemory()) };
}

/** The most memory that this process has held so far, in kilobytes. */
function heldMemory(): number {
  return process.resourceUsage().maxRSS;
}

function inMegabytes(kilobytes: number): number {
  return Math.round(kilobytes / 1024);
}
