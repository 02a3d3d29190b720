import { defineConfig } from 'vitest/config';
import { compiledSource } from './test/compiled-source.ts';
import { testFiles } from './test/projects.ts';
import { execArgv } from './vitest.config.ts';

const files = testFiles();
const projects = ['unit', 'program', 'codex'] as const;

/**
 * What `npm test` runs, as one project: every module is transformed once, workers keep their modules from one file to the next, and
 * tests that wait run beside tests that do not.
 */
export default defineConfig({
  plugins: [await compiledSource()],
  test: {
    include: projects.flatMap((name) => files.get(name) ?? []),
    testTimeout: 60_000,
    isolate: false,
    execArgv,
    maxWorkers: 4,
  },
});
