import { mkdirSync } from 'node:fs';
import { Forest, type ForestOptions } from './forest.ts';
import { type ScenarioName, scenario } from './scenarios.ts';

/**
 * Grows a forest below `folder` by a scenario and returns it, ended.
 * @param binary the Codex that grows it
 * @param newer the Codex that a scenario may hand the home on to
 * @param options take the place of the scenario's own
 */
export async function growForest(
  name: ScenarioName,
  binary: string,
  newer: string,
  folder: string,
  options: ForestOptions = {},
): Promise<Forest> {
  const { options: own, grow } = scenario(name);
  mkdirSync(folder, { recursive: true });
  const forest = await Forest.begin(binary, folder, { ...own, ...options });
  try {
    await grow(forest, newer);
  } finally {
    await forest.end();
  }
  return forest;
}
