import { defineConfig } from 'vitest/config';
import { compiledSource } from './test/compiled-source.ts';
import { memoryFolder } from './test/memory-folder.ts';
import { type Project, projects, testFiles } from './test/projects.ts';

const files = testFiles();
const source = await compiledSource();

const temporary = process.env.TMPDIR ?? memoryFolder();
if (temporary !== undefined) process.env.TMPDIR = temporary;

/** Where something went wrong is said in the words of the source; that Node may yet import JSON otherwise is not. */
export const execArgv = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];

/**
 * Real Codex servers run after everything else, and few at once, since they starve each other: two test files of one version
 * each, or one that starts several.
 */
const afterwards: Readonly<Partial<Record<Project, { maxWorkers: number; groupOrder: number }>>> = {
  codex: { maxWorkers: 2, groupOrder: 1 },
  versions: { maxWorkers: 2, groupOrder: 2 },
  clients: { maxWorkers: 1, groupOrder: 3 },
};

/**
 * Tests start servers and wait for them; how long that takes on a busy machine is no failure. Three workers keep two
 * cores busy, since tests wait a good part of their time. They share a worker's modules, of which they change none: to load them
 * anew for each file takes a quarter of the time.
 */
export default defineConfig({
  test: {
    maxWorkers: 3,
    projects: projects.map((name) => {
      const { maxWorkers, groupOrder } = afterwards[name] ?? { maxWorkers: 3, groupOrder: 0 };
      return {
        plugins: [source],
        test: {
          name,
          include: [...(files.get(name) ?? [])],
          testTimeout: 60_000,
          isolate: false,
          execArgv,
          globalSetup: name === 'clients' ? ['test/clients/install.ts'] : [],
          maxWorkers,
          sequence: { groupOrder },
        },
      };
    }),
  },
});
