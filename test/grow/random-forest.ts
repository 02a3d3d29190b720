import { random } from '../support/random.ts';
import { Forest } from './forest.ts';
import { words } from './metered-api.ts';

/** A thread of a forest that grows at random. */
interface Grown {
  readonly name: string;
  turnIds: string[];
  /** The running server knows it. */
  isLoaded: boolean;
  isArchived: boolean;
}

type Draw = (limit: number) => number;

const models = ['gpt-5.4', 'gpt-5.2-codex'];

/**
 * Grows a forest below `folder` by a number of actions that depend on nothing but `seed`: turns of all kinds, forks, forks at
 * a turn, sub-agents, reviews, compactions, rollbacks, reverts, restarts and archived threads. What a version does not know
 * it refuses, and nothing comes of it. Every eighth uses the built-in provider, with compactions on the server.
 */
export async function growRandomForest(seed: string, actions: number, binary: string, folder: string): Promise<Forest> {
  const draw = random(seed);
  const provider = draw(8) === 0 ? 'openai' : 'custom';
  const forest = await Forest.begin(binary, folder, { provider, cacheWrites: draw(2) === 0 });
  try {
    const gardener = new Gardener(forest, draw);
    for (let n = 0; n < actions; n++) await gardener.act();
  } finally {
    await forest.end();
  }
  return forest;
}

class Gardener {
  readonly #forest: Forest;
  readonly #draw: Draw;
  readonly #threads: Grown[] = [];
  #names = 0;

  constructor(forest: Forest, draw: Draw) {
    this.#forest = forest;
    this.#draw = draw;
  }

  async act(): Promise<void> {
    const living = this.#threads.filter(({ isArchived }) => !isArchived);
    if (living.length === 0) return this.#start();
    const thread = living[this.#draw(living.length)] as Grown;
    const action = actions[this.#draw(actions.length)] as Action;
    if (action !== 'restart' && !thread.isLoaded) {
      if (!(await this.#forest.resume(thread.name))) return;
      thread.isLoaded = true;
    }
    await this.#do(action, thread);
  }

  async #do(action: Action, thread: Grown): Promise<void> {
    const forest = this.#forest;
    const { name } = thread;
    switch (action) {
      case 'start':
        return this.#start();
      case 'turn':
        thread.turnIds.push(await forest.turn(name, 'go on', { model: models[this.#draw(2)] as string }));
        return;
      case 'overflow':
      case 'fail':
      case 'cut':
        thread.turnIds.push(await forest.turn(name, words[action]));
        return;
      case 'interrupt':
        return forest.interruptedTurn(name, 'go on');
      case 'spawn':
        return this.#spawn(thread, words.spawn, 1);
      case 'spawnFork':
        return this.#spawn(thread, words.spawnFork, 1);
      case 'twins':
        return this.#spawn(thread, words.twins, 2);
      case 'fork':
        return this.#fork(thread, {}, thread.turnIds);
      case 'forkAt': {
        const place = this.#draw(Math.max(1, thread.turnIds.length));
        const turnId = thread.turnIds[place];
        return turnId === undefined
          ? undefined
          : this.#fork(thread, { lastTurnId: turnId }, thread.turnIds.slice(0, place + 1));
      }
      case 'takeBack':
        return this.#takeBack(thread);
      case 'compact':
        await forest.compact(name);
        return;
      case 'review':
        await forest.review(name);
        return;
      case 'archive':
        thread.isArchived = await forest.archive(name);
        return;
      case 'restart':
        await forest.restart();
        for (const each of this.#threads) each.isLoaded = false;
    }
  }

  async #start(): Promise<void> {
    const thread = this.#grown([]);
    await this.#forest.start(thread.name);
    thread.turnIds.push(await this.#forest.turn(thread.name, 'begin', { model: models[this.#draw(2)] as string }));
  }

  async #spawn(thread: Grown, word: string, count: number): Promise<void> {
    const as = `${thread.name}-${this.#names++}`;
    await this.#forest.spawningTurn(thread.name, word, as, count);
  }

  async #fork({ name }: Grown, params: Record<string, string>, turnIds: readonly string[]): Promise<void> {
    const fork = this.#grown(turnIds);
    if (!(await this.#forest.fork(fork.name, name, params))) this.#threads.pop();
  }

  async #takeBack(thread: Grown): Promise<void> {
    const last = thread.turnIds.at(-1);
    if (last === undefined || thread.turnIds.length < 2) return;
    const isDone = (await this.#forest.rollback(thread.name, 1)) || (await this.#forest.revert(thread.name, last));
    if (isDone) thread.turnIds.pop();
  }

  #grown(turnIds: readonly string[]): Grown {
    const thread = { name: `thread-${this.#names++}`, turnIds: [...turnIds], isLoaded: true, isArchived: false };
    this.#threads.push(thread);
    return thread;
  }
}

/** What can happen; what is likelier stands there more often. */
const actions = [
  ...([
    'turn',
    'turn',
    'turn',
    'turn',
    'turn',
    'turn',
    'fork',
    'fork',
    'forkAt',
    'restart',
    'restart',
    'takeBack',
  ] as const),
  ...([
    'start',
    'spawn',
    'spawnFork',
    'twins',
    'interrupt',
    'fail',
    'cut',
    'overflow',
    'compact',
    'review',
    'archive',
  ] as const),
] as const;

type Action = (typeof actions)[number];
