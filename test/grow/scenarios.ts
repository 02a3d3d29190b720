import type { Forest, ForestOptions } from './forest.ts';
import { words } from './metered-api.ts';

/** A forest to grow in a home of its own. */
export interface Scenario {
  readonly options?: ForestOptions;
  /** `newer`: the binary of a newer version, which some homes are handed on to. */
  readonly grow: (forest: Forest, newer: string) => Promise<void>;
}

const other = { model: 'gpt-5.2-codex' };

/** An image of one pixel. */
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** What a client adds to the history by itself. */
const injected = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'by the client' }] };

/** Every scenario by its name. */
export const scenarios = {
  turns: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two');
    },
  },
  everyday: {
    grow: async (forest) => {
      await forest.start('root', { approvalPolicy: 'never', sandbox: 'danger-full-access' });
      await forest.turn('root', `one ${words.tools}`);
      await forest.turn('root', 'two', { images: [{ type: 'image', url: pixel }] });
      await forest.ask('thread/name/set', 'root', { name: 'a name' });
      await forest.ask('thread/memoryMode/set', 'root', { mode: 'disabled' });
      await forest.ask('thread/goal/set', 'root', { objective: 'get there', status: 'paused' });
      await forest.ask('thread/metadata/update', 'root', { gitInfo: { branch: 'main' } });
      await forest.ask('thread/settings/update', 'root', { effort: 'low' });
      await forest.ask('thread/inject_items', 'root', { items: [injected] });
      await forest.turn('root', `three ${words.tools}`, { effort: 'high', ...other });
      await forest.restart();
      await forest.resume('root');
      await forest.turn('root', 'four');
    },
  },
  resume: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      for (const text of ['two', 'three']) {
        await forest.restart();
        await forest.resume('root');
        await forest.turn('root', text);
      }
    },
  },
  forks: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.fork('b', 'a');
      await forest.turn('b', 'b one');
      await forest.turn('root', 'two');
      await forest.fork('c', 'root');
      await forest.restart();
      await forest.resume('b');
      await forest.turn('b', 'b two');
      await forest.resume('c');
      await forest.turn('c', 'c one');
    },
  },
  'forks-at-a-turn': {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      const second = await forest.turn('root', 'two');
      await forest.turn('root', 'three');
      if (await forest.fork('last', 'root', { lastTurnId: second })) await forest.turn('last', 'after two');
      if (await forest.fork('before', 'root', { beforeTurnId: second })) await forest.turn('before', 'instead of two');
    },
  },
  revert: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      const second = await forest.turn('root', 'two');
      await forest.turn('root', 'three');
      await forest.fork('before', 'root');
      await forest.turn('before', 'of the first');
      await forest.revert('root', second);
      await forest.turn('root', 'two again');
      await forest.fork('after', 'root');
      await forest.turn('after', 'of the second');
      await forest.restart();
      await forest.resume('root');
      const fourth = await forest.turn('root', 'four');
      await forest.revert('root', fourth);
      await forest.turn('root', 'four again');
    },
  },
  rollback: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two');
      await forest.rollback('root', 1);
      await forest.turn('root', 'two again');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
    },
  },
  subagents: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.spawningTurn('root', words.spawn, 'alone');
      await forest.spawningTurn('root', words.spawnFork, 'heir');
      await forest.turn('root', 'two');
    },
  },
  'subagents-of-forks': {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.spawningTurn('a', words.spawnFork, 'heir');
      await forest.spawningTurn('a', words.spawn, 'alone');
      if (forest.threads.has('heir.1') && (await forest.fork('of-heir', 'heir.1'))) {
        await forest.turn('of-heir', 'on its own');
      }
      await forest.fork('b', 'a');
      await forest.turn('b', 'b one');
    },
  },
  twins: {
    options: { equalSubagents: true },
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.spawningTurn('root', words.twins, 'twin', 2);
    },
  },
  'compaction-local': { grow: compaction },
  'compaction-remote': { options: { provider: 'openai' }, grow: compaction },
  interrupted: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.interruptedTurn('root', 'two');
      await forest.turn('root', 'three');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
    },
  },
  failed: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', `two ${words.fail}`);
      await forest.turn('root', `three ${words.cut}`);
      await forest.turn('root', 'four');
    },
  },
  overflow: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', `two ${words.overflow}`);
      await forest.turn('root', 'three');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
    },
  },
  review: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.review('root');
      await forest.turn('root', 'two');
    },
  },
  'two-models': {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two', other);
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one', other);
      await forest.turn('root', 'three', { model: 'gpt-5.4' });
    },
  },
  midnight: {
    options: { paceMs: 20 },
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two', other);
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      forest.newDay();
      await forest.fork('b', 'a');
      await forest.turn('b', 'b one', other);
      await forest.turn('root', 'three');
    },
  },
  archive: {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.archive('root');
      await forest.fork('b', 'a');
      await forest.turn('b', 'b one');
      await forest.archive('a');
    },
  },
  'deleted-parent': {
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two', other);
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.fork('b', 'root');
      await forest.turn('b', 'b one');
      await forest.restart();
      forest.removeRollouts('root');
    },
  },
  'cache-writes': {
    options: { cacheWrites: true },
    grow: async (forest) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.turn('root', 'two');
    },
  },
  migrated: {
    grow: async (forest, newer) => {
      await forest.start('root');
      await forest.turn('root', 'one');
      await forest.turn('root', 'two');
      await forest.fork('a', 'root');
      await forest.turn('a', 'a one');
      await forest.restart(newer);
      await forest.resume('root');
      await forest.turn('root', 'three');
      await forest.resume('a');
      await forest.turn('a', 'a two');
      await forest.fork('b', 'a');
      await forest.turn('b', 'b one');
      await forest.restart();
      await forest.resume('b');
      await forest.turn('b', 'b two');
    },
  },
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof scenarios;

export const scenarioNames = Object.keys(scenarios) as ScenarioName[];

/** The scenario that is called so. */
export function scenario(name: ScenarioName): Scenario {
  return scenarios[name];
}

async function compaction(forest: Forest): Promise<void> {
  await forest.start('root');
  await forest.turn('root', 'one');
  await forest.turn('root', 'two');
  await forest.compact('root');
  await forest.turn('root', 'three');
  await forest.fork('a', 'root');
  await forest.turn('a', 'a one');
}
