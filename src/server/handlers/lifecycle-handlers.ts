import type { SessionMeta } from '../../codex/records/session-meta.ts';
import { formatCodexVersion } from '../../codex/version.ts';
import type { RolloutHistory } from '../../history/read-history.ts';
import { isPaginated } from '../../lifecycle/client-turns.ts';
import { forkedItems } from '../../lifecycle/forked-items.ts';
import { fork as forkOutcome, rejoin as rejoinOutcome, resume as resumeOutcome } from '../../lifecycle/lifecycle.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { writeFork } from '../store/fork-writer.ts';
import { rolloutEnd } from '../store/rollout-end.ts';
import { RolloutWriter } from '../store/rollout-writer.ts';
import { restoredUsage, Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { lifecycleSteps, refusalSteps } from './lifecycle-steps.ts';
import { locateRollout, type ThreadAddress } from './locate.ts';

/** A `thread/resume` or `thread/fork`, as it was asked for. */
export interface LifecycleRequest extends ThreadAddress {
  readonly options: LifecycleParams;
  /** Fork: leaves no trace. */
  readonly ephemeral: boolean;
}

/**
 * `thread/resume` (docs/codex.md 8): loads the thread and restores its usage, or joins it where it runs. Nothing is
 * written to its rollout.
 * @throws {RequestError}
 */
export async function resume(request: LifecycleRequest, { server, connection }: Call): Promise<Step[]> {
  const path = await locateRollout(request, server);
  return server.rolloutQueue.run(path, async () => {
    const { era } = server;
    const history = await server.store.read(path);
    const running = server.threads.get(metaOf(history)?.id ?? '');
    const outcome = (running ? rejoinOutcome : resumeOutcome)(history, era, request.options, path);
    const refusal = refusalSteps(outcome, connection);
    if (refusal) return refusal;
    const thread = running ?? (await load(history, server));
    const updatedAt = await updatedAtOf(thread, server);
    thread.attached.add(connection);
    return lifecycleSteps({ outcome, thread, updatedAt }, { server, connection });
  });
}

/**
 * `thread/fork` (docs/codex.md 8.5): writes the rollout of a new thread that goes on from this one's history. The
 * source is not touched, and need not run.
 * @throws {RequestError}
 */
export async function fork(request: LifecycleRequest, { server, connection }: Call): Promise<Step[]> {
  const { options, ephemeral } = request;
  const path = await locateRollout(request, server);
  return server.rolloutQueue.run(path, async () => {
    const { era, store } = server;
    const history = await store.read(path);
    const paginated = isPaginated(history, era);
    if (ephemeral && paginated && era.deprecatesFullTurns && !options.excludeTurns)
      throw new RequestError('ephemeral paginated thread/fork requires `excludeTurns: true`');
    const outcome = forkOutcome(history, era, options, path);
    const forked = forkedItems(history, era, options);
    const source = metaOf(history);
    const refusal = refusalSteps(outcome, connection);
    if (refusal) return refusal;
    if ('code' in forked || !source) throw new Error('the model forks what cannot be forked');
    const meta = forkedMeta(source, paginated, server);
    const rollout = ephemeral ? null : await writeFork(store, history, forked, meta);
    const thread = new Thread(meta, rollout, restoredUsage(forked.items));
    const updatedAt = await updatedAtOf(thread, server);
    server.threads.set(meta.id, thread);
    thread.attached.add(connection);
    return lifecycleSteps({ outcome, thread, updatedAt }, { server, connection });
  });
}

/** What a fork says of itself. Its `history_base` is known when it is written. */
function forkedMeta(source: SessionMeta, paginated: boolean, { version }: ServerState): SessionMeta {
  return {
    ...source,
    id: uuid7(),
    timestamp: new Date().toISOString(),
    cli_version: formatCodexVersion(version),
    history_mode: paginated ? 'paginated' : 'legacy',
    forked_from_id: source.id,
    history_base: null,
  };
}

async function load(history: RolloutHistory, server: ServerState): Promise<Thread> {
  const meta = metaOf(history);
  if (!meta) throw new Error('the model resumes what cannot be resumed');
  const paginated = isPaginated(history, server.era);
  const rollout = await writerOf(history.path, paginated, server);
  const asFollowed: SessionMeta = { ...meta, history_mode: paginated ? 'paginated' : 'legacy' };
  const thread = new Thread(asFollowed, rollout, restoredUsage(history.items));
  server.threads.set(meta.id, thread);
  return thread;
}

/** Writes on where the rollout at `path` ends, unless that is outside the home. */
async function writerOf(path: string, paginated: boolean, { store }: ServerState): Promise<RolloutWriter> {
  if (!(await store.mayWrite(path))) return new RolloutWriter(path, null);
  const plain = await store.unpacked(path);
  return new RolloutWriter(plain, await rolloutEnd(plain, paginated));
}

/** What a rollout says of itself, wherever in it: versions that load it in one go do not mind. */
function metaOf({ meta, items }: RolloutHistory): SessionMeta | null {
  if (meta) return meta;
  for (const item of items) if (item.kind === 'session_meta') return item.meta;
  return null;
}

async function updatedAtOf({ rollout }: Thread, { store }: ServerState): Promise<number | null> {
  return rollout && store.updatedAt(rollout.path);
}
