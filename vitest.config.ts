import { defineConfig } from 'vitest/config';
import { type Project, projects, testFiles } from './test/projects.ts';

const files = testFiles();

/** Real Codex servers run one test file at a time, after everything else: several at once starve each other. */
const alone: readonly Project[] = ['codex', 'versions'];

/** Unit tests share a worker's modules: they keep no state in them, and loading them anew takes a quarter of the time. */
const sharing: readonly Project[] = ['unit'];

/**
 * Tests start servers and wait for them; how long that takes on a busy machine is no failure. Three workers keep two
 * cores busy, since tests wait a good part of their time.
 */
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: projects.map((name) => ({
      test: {
        name,
        include: [...(files.get(name) ?? [])],
        testTimeout: 60_000,
        isolate: !sharing.includes(name),
        ...(alone.includes(name) ? { maxWorkers: 1, sequence: { groupOrder: 1 } } : { maxWorkers: 3 }),
      },
    })),
  },
});
