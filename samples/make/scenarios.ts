import type { Recorder } from './recorder.ts';

/** Thread id by the name of the sample that its rollout becomes. */
type Threads = Record<string, string>;

/** Conversations to hold in one home. */
type Scenario = (recorder: Recorder) => Promise<Threads>;

/** What is recorded with every version, each in a home of its own. */
export const scenarios: readonly Scenario[] = [twoTurns, resumed, forks, interrupted, compacted, noUsage];

async function twoTurns(recorder: Recorder): Promise<Threads> {
  const thread = await recorder.startThread();
  await recorder.turn(thread, 'Which birds stay here in winter?', 'Robins, wrens and most of the tits.');
  await recorder.turn(thread, 'And which of them sing?', 'The robin does, all winter long.');
  return { 'two-turns': thread };
}

async function resumed(recorder: Recorder): Promise<Threads> {
  const thread = await recorder.startThread();
  await recorder.turn(thread, 'How long should tea steep?', 'Green tea two minutes, black tea four.');
  await recorder.resumeLater(thread);
  await recorder.turn(thread, 'What about mint?', 'Mint can stay in for ten minutes.');
  return { resumed: thread };
}

async function forks(recorder: Recorder): Promise<Threads> {
  const parent = await recorder.startThread();
  await recorder.turn(parent, 'Name a river in the Alps.', 'The Inn.');
  await recorder.turn(parent, 'Where does it end?', 'It flows into the Danube at Passau.');
  const fork = await recorder.fork(parent);
  const forkWithTurn = await recorder.fork(parent);
  await recorder.turn(forkWithTurn, 'And the Danube?', 'It flows into the Black Sea.');
  const forkOfFork = await recorder.fork(fork);
  return { 'fork-parent': parent, fork, 'fork-with-turn': forkWithTurn, 'fork-of-fork': forkOfFork };
}

async function interrupted(recorder: Recorder): Promise<Threads> {
  const thread = await recorder.startThread();
  await recorder.turn(thread, 'Is the tomato a fruit?', 'To a botanist it is a berry.');
  await recorder.interruptedTurn(thread, 'List all other berries.', 'Grapes, bananas,');
  return { interrupted: thread };
}

async function compacted(recorder: Recorder): Promise<Threads> {
  const thread = await recorder.startThread();
  await recorder.turn(thread, 'What is a sundial?', 'A clock that reads the time off a shadow.');
  await recorder.turn(thread, 'Does it work at night?', 'No, it needs the sun.');
  await recorder.compact(thread, 'The user asked what a sundial is and whether it works at night.');
  return { compacted: thread };
}

async function noUsage(recorder: Recorder): Promise<Threads> {
  const thread = await recorder.startThread();
  await recorder.interruptedTurn(thread, 'Tell me a very long story.', 'Once upon a time');
  return { 'no-usage': thread };
}
