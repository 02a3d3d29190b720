import { basename } from 'node:path';
import { newestCodex } from '../../codex/version.ts';
import { type ExitCode, UserError, worstExitCode } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import type { Io } from '../../io.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import type { ServerIdentity } from '../../replay/drive/server-identity.ts';
import { exchangeOf } from '../../replay/judge/exchange.ts';
import { type Expectations, expectationsOf } from '../../replay/judge/expectations.ts';
import { judge, type Yardstick } from '../../replay/judge/judge.ts';
import type { WatchedLifecycle } from '../../replay/judge/lifecycle-watch.ts';
import { identityIn, lifecyclesIn, paramsIn, type RecordedTranscript } from '../../replay/judge/recorded.ts';
import { readRollout } from '../../replay/known-rollout.ts';
import { replayWriter } from '../../report/replay/index.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { outputFormat } from '../shared/output-format.ts';
import { withPage } from '../shared/page-file.ts';
import { cannotRead, oneTarget } from '../shared/targets.ts';
import { transcriptAt } from '../shared/transcript-file.ts';
import { endOf, nameOf, type ReplayOutcome, replayExitCode } from './outcome.ts';
import type { ReplayOptions } from './plan.ts';

/** The options that say something about a recording. The others are for a server. */
const MEANINGFUL: ReadonlySet<string> = new Set([
  'transcript',
  'resume',
  'fork',
  'rejoin',
  'expect',
  'codexHome',
  'full',
  'html',
  'force',
  'json',
  'ndjson',
  'color',
] satisfies (keyof ReplayOptions)[]);

/** `replay --transcript`: judges every lifecycle of a recording, against the rollout of its thread. */
export async function judgeTranscript(
  file: string,
  command: readonly string[],
  options: ReplayOptions,
  io: Io,
): Promise<ExitCode> {
  refuseMeaningless(command, options);
  const recorded = await transcriptAt(file);
  const { entries } = recorded;
  const lifecycles = lifecyclesIn(entries).map((watched) => asNamed(watched, options));
  if (lifecycles.length === 0) {
    throw new UserError(`${file} holds no thread/resume and no thread/fork of a client`, {
      hint: 'tap watch shows what it holds',
    });
  }
  refuseOthers(file, lifecycles, options);
  const identity = identityIn(entries);
  const outcomes: (ReplayOutcome & { readonly path: string })[] = [];
  for (const watched of lifecycles) {
    const { expectations, path } = await dueFor(watched, recorded, identity, options, io);
    outcomes.push(outcomeOf(watched, expectations, path, identity, entries, options.expect));
  }
  const read = [file, ...outcomes.map(({ path }) => path)];
  await withPage(options, read, io, async (writePage) => {
    await tell(outcomes, `${nameOf(identity)}, recorded in ${file}`, options, io);
    const [first, ...others] = outcomes.map(endOf);
    if (!first) return;
    await writePage(async () => (await import('../../report/replay/page.ts')).replayPage([first, ...others]));
  });
  if (recorded.missing > 0) await io.err(stderrLine(`note: ${recorded.missing} messages are missing in ${file}`));
  return worstExitCode(outcomes.map(replayExitCode));
}

function outcomeOf(
  watched: WatchedLifecycle,
  expectations: Expectations,
  path: string,
  identity: ServerIdentity,
  entries: readonly TranscriptEntry[],
  yardstick: Yardstick,
): ReplayOutcome & { readonly path: string } {
  const { lifecycle, observed, requestedThread: threadId } = watched;
  const before = entries.filter(({ seq }) => seq < watched.request.seq);
  const exchange = exchangeOf(watched.request, [...before, ...watched.entries]);
  const disk = { unknown: 'a recording does not say what was written' };
  const ending = watched.over === 'next' ? 'quiet' : null;
  // What a replay of ours recorded is about nothing else.
  const judged = watched.request.connection === 'client' ? entries : watched.entries;
  const observation = { lifecycle, expectations, entries: judged, exchange, observed, disk };
  const judgement = judge({ ...observation, ending, quietMs: 0 }, yardstick);
  const { restored } = expectations;
  const seen = { lifecycle, threadId, serverKind: 'recording', identity, restored, exchange, entries };
  return { ...seen, yardstick, judgement, failure: null, path };
}

/** The stream, and what is said of each lifecycle in it. */
async function tell(
  outcomes: readonly (ReplayOutcome & { readonly path: string })[],
  server: string,
  options: ReplayOptions,
  io: Io,
): Promise<void> {
  const format = outputFormat(options, io);
  const [first] = outcomes;
  if (!first) return;
  const { entries } = first;
  const names = new Set(entries.map(({ connection }) => connection));
  const writer = await replayWriter(format, options.full === true, names.size > 1);
  const requests = new Set(outcomes.map(({ exchange }) => exchange.request.seq));
  const headOf = ({ lifecycle, threadId, path }: (typeof outcomes)[number]) =>
    writer.head({ lifecycle, threadId, rollout: { path, notes: [] }, server });
  if (outcomes.length === 1) await io.out(headOf(first));
  for (const entry of entries) await io.out(writer.entry(entry, requests.has(entry.seq)));
  if (outcomes.length === 1) return io.out(writer.end(endOf(first)));
  if (format.kind === 'json') return io.out(writer.ends(outcomes.map(endOf)));
  for (const outcome of outcomes)
    await io.out(`${format.kind === 'text' ? '\n' : ''}${headOf(outcome)}${writer.end(endOf(outcome))}`);
}

function refuseMeaningless(command: readonly string[], options: ReplayOptions): void {
  const [name, value] = Object.entries(options).find(([key]) => !MEANINGFUL.has(key)) ?? [];
  const flag = name && `--${value === false ? 'no-' : ''}${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  const meaningless = flag ?? (command.length > 0 ? 'a command' : undefined);
  if (meaningless === undefined) return;
  throw new UserError(`${meaningless} makes no sense with --transcript`, { hint: 'no server is started' });
}

/** A recording need not say that a resume was a rejoin: the user may. */
function asNamed(watched: WatchedLifecycle, { rejoin }: ReplayOptions): WatchedLifecycle {
  return rejoin !== undefined && watched.lifecycle === 'resume' ? { ...watched, lifecycle: 'rejoin' } : watched;
}

/** @throws {UserError} when the user names a lifecycle that is none of those recorded */
function refuseOthers(file: string, lifecycles: readonly WatchedLifecycle[], options: ReplayOptions): void {
  const named = namedLifecycle(options);
  const [first] = lifecycles;
  const isOne = ({ lifecycle }: WatchedLifecycle) => (lifecycle === 'fork') === (named === 'fork');
  if (!named || !first || lifecycles.some(isOne)) return;
  const { lifecycle } = first;
  throw new UserError(`${file} is a recording of a ${lifecycle}`, { hint: `name its thread with --${lifecycle}` });
}

function namedLifecycle({ resume, fork, rejoin }: ReplayOptions): Lifecycle | undefined {
  if (fork !== undefined) return 'fork';
  return resume === undefined ? (rejoin === undefined ? undefined : 'rejoin') : 'resume';
}

/** What was due: by the rollout that the user names, else as it was recorded, else by the rollout in the Codex home. */
async function dueFor(
  watched: WatchedLifecycle,
  recorded: RecordedTranscript,
  { version }: ServerIdentity,
  options: ReplayOptions,
  io: Io,
): Promise<{ readonly expectations: Expectations; readonly path: string }> {
  const { requestedThread, lifecycle, request, entries } = watched;
  const named = options.resume ?? options.fork ?? options.rejoin;
  const known = recorded.expectations.get(request.seq);
  if (named === undefined && known) return { expectations: known, path: known.restored.path };
  const home = options.codexHome ?? defaultCodexHome(io.env);
  const { path } = await oneTarget(named ?? requestedThread, false, home, io);
  const params = { ...paramsIn(exchangeOf(request, entries)), ...(watched.optsOut && { optsOut: true }) };
  const rollout = await readRollout(path, version ?? newestCodex, home, params).catch((error) => {
    throw cannotRead(path, error);
  });
  const threadId = rollout.facts.meta?.id ?? parseRolloutName(basename(path))?.threadId;
  if (threadId !== undefined && threadId !== requestedThread) {
    if (known) return { expectations: known, path: known.restored.path };
    throw new UserError(`the recording is of thread ${requestedThread}, ${path} of ${threadId}`, {
      hint: 'name the rollout of that thread, or none',
    });
  }
  return { expectations: expectationsOf(rollout, lifecycle, params), path };
}
