import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import { formatCodexVersion } from '../../codex/version.ts';
import type { JsonObject } from '../../json/json-value.ts';
import { clientTurns, forkedTurns, type HistoryFacts } from '../../lifecycle/facts.ts';
import { fork as forkOutcome, rejoin as rejoinOutcome, resume as resumeOutcome } from '../../lifecycle/lifecycle.ts';
import type { LifecycleParams } from '../../lifecycle/outcome.ts';
import { interruptStale } from '../../turns/turn-projection.ts';
import { now } from '../clock.ts';
import { ThreadItems } from '../items/thread-items.ts';
import { RequestError } from '../request-error.ts';
import type { Call, ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { appendName } from '../store/append-name.ts';
import { writeFork } from '../store/fork-writer.ts';
import { type HomeConfig, homeConfig } from '../store/home-config.ts';
import { rolloutEnd } from '../store/rollout-end.ts';
import { RolloutWriter } from '../store/rollout-writer.ts';
import { forkedSessionMeta } from '../store/session-meta-record.ts';
import { settingsRecord } from '../store/settings-record.ts';
import type { ThreadSettings } from '../store/thread-settings.ts';
import type { ThreadSummary } from '../store/thread-summary.ts';
import { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { collaborationMode } from '../wire-json.ts';
import { lifecycleSteps, refusalSteps } from './lifecycle-steps.ts';
import { locateRollout, type ThreadAddress } from './locate.ts';
import { firstPromptIn } from './shown-turns.ts';
import { backwardsCursors, type ReadTurns, type TurnsPageRequest, turnsPage } from './turn-lists.ts';

/** A `thread/resume` or `thread/fork`, as it was asked for. */
export interface LifecycleRequest extends ThreadAddress {
  readonly options: LifecycleParams;
  /** Fork: leaves no trace. */
  readonly ephemeral: boolean;
  /** What the thread is to be set to besides what it is. */
  readonly settings: Partial<ThreadSettings>;
  /** Resume: a page of turns that the answer is to have. */
  readonly initialTurnsPage: TurnsPageRequest | null;
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
    const items = new ThreadItems(era, server.wireKeys);
    const facts = await server.store.read(path, {}, [items]);
    const running = server.threads.get(facts.meta?.id ?? '');
    const outcome = (running ? rejoinOutcome : resumeOutcome)(facts, era, request.options, path);
    const refusal = refusalSteps(outcome, connection);
    if (refusal) return refusal;
    const thread = running ?? (await load(facts, items, request.settings, server));
    thread.attached.add(connection);
    const read = {
      threadId: thread.meta.id,
      turns: [...interruptStale(clientTurns(facts, 'used'))],
      items,
      isPaginated: facts.isPaginated,
    };
    const more = resumedJson(read, request, thread, server);
    const summary = await summaryOf(thread, server);
    return lifecycleSteps({ outcome, thread, summary, items, more }, { server, connection });
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
    const items = new ThreadItems(era, server.wireKeys);
    const facts = await store.read(path, options, [items]);
    const { isPaginated, meta: source } = facts;
    if (ephemeral && isPaginated && era.deprecatesFullTurns && !options.excludeTurns)
      throw new RequestError('ephemeral paginated thread/fork requires `excludeTurns: true`');
    const outcome = forkOutcome(facts, era, options, path);
    const refusal = refusalSteps(outcome, connection);
    if (refusal) return refusal;
    if (!source) throw new Error('the model forks what cannot be forked');
    const stored = await server.summaryOf(source.id, path);
    if (!stored) throw new Error('the model forks what says nothing of itself');
    const config = await homeConfig(store.codexHome);
    const settings: ThreadSettings = { ...forkedSettings(stored.settings, config), ...request.settings };
    const meta = { ...forkedMeta(source, isPaginated, server), cwd: settings.cwd };
    const isSaid = isPaginated && era.takesProviderFromSettings && meta.model_provider !== null;
    const first = isSaid ? [settingsRecord(meta, settings)] : [];
    const start = { rolloutId: meta.id, headOf: forkedSessionMeta, first };
    const rollout = ephemeral ? null : await writeFork(store, facts, options, meta, start);
    const { name } = stored;
    const preview = forkedPreview(facts, items, options, stored, server);
    if (name !== null && rollout) await appendName(store.codexHome, meta.id, name);
    server.catalog.rememberFork(meta.id, preview);
    const origin = { ...stored.origin, session_id: meta.id };
    const thread = new Thread({ meta, rollout, usage: forkedUsageOf(facts, server), settings, origin, preview, name });
    server.threads.set(meta.id, thread);
    thread.attached.add(connection);
    const summary = await summaryOf(thread, server);
    return lifecycleSteps({ outcome, thread, summary, items }, { server, connection });
  });
}

/** What a fork is set to: the model and how it is asked are those of the configuration (measured on 0.169). */
function forkedSettings(source: ThreadSettings, { model, reasoningEffort }: HomeConfig): ThreadSettings {
  return { ...source, model: model ?? source.model, reasoningEffort, serviceTier: null };
}

/** What a fork is called. */
function forkedPreview(
  facts: HistoryFacts,
  items: ThreadItems,
  { beforeTurnId, lastTurnId }: LifecycleParams,
  source: ThreadSummary,
  { serverEra }: ServerState,
): string {
  if (facts.isPaginated && !serverEra.callsForks) return '';
  const isCut = beforeTurnId !== undefined || lastTurnId !== undefined;
  return (!isCut && source.preview) || firstPromptIn([...forkedTurns(facts, 'used')], items);
}

/** What a fork says of itself. Its `history_base` is known when it is written. */
function forkedMeta(source: SessionMeta, paginated: boolean, { version }: ServerState): SessionMeta {
  return {
    ...source,
    id: uuid7(),
    timestamp: new Date(now()).toISOString(),
    cli_version: formatCodexVersion(version),
    history_mode: paginated ? 'paginated' : 'legacy',
    forked_from_id: source.id,
    history_base: null,
  };
}

async function load(
  facts: HistoryFacts,
  items: ThreadItems,
  asked: Partial<ThreadSettings>,
  server: ServerState,
): Promise<Thread> {
  const { meta, isPaginated, context, history } = facts;
  if (!meta) throw new Error('the model resumes what cannot be resumed');
  const rollout = await writerOf(history.path, isPaginated, server);
  const asFollowed: SessionMeta = { ...meta, history_mode: isPaginated ? 'paginated' : 'legacy' };
  const stored = await server.catalog.of(rollout.path);
  if (!stored) throw new Error('the model resumes what says nothing of itself');
  const { origin, preview, name } = stored;
  const settings = { ...stored.settings, ...asked };
  const { usage } = context.view(server.era.startsAtCompaction);
  const inheritedPreview = preview || firstPromptIn([...clientTurns(facts, 'used')], items);
  server.catalog.rememberInherited(meta.id, inheritedPreview);
  const said = { origin, preview, inheritedPreview, name };
  const thread = new Thread({ meta: asFollowed, rollout, usage, settings, ...said });
  server.threads.set(meta.id, thread);
  return thread;
}

/** The usage that a fork goes on from. */
function forkedUsageOf({ isPaginated, fork: forked }: HistoryFacts, { era }: ServerState): TokenUsageInfo | null {
  return (isPaginated ? forked.context.view(era.startsAtCompaction) : forked.copy).usage;
}

/** Writes on where the rollout at `path` ends, unless that is outside the home. */
async function writerOf(path: string, paginated: boolean, { store }: ServerState): Promise<RolloutWriter> {
  if (!(await store.mayWrite(path))) return new RolloutWriter(path, null);
  const plain = await store.unpacked(path);
  return new RolloutWriter(plain, await rolloutEnd(plain, paginated));
}

/** What a resume says besides the thread: a page of its turns, and where pages go on backwards. */
function resumedJson(
  read: ReadTurns,
  { initialTurnsPage }: LifecycleRequest,
  { settings }: Thread,
  server: ServerState,
): JsonObject {
  return {
    collaborationMode: collaborationMode(settings),
    initialTurnsPage: initialTurnsPage && turnsPage(read, initialTurnsPage, server),
    ...backwardsCursors(read),
  };
}

async function summaryOf(thread: Thread, { store, catalog }: ServerState): Promise<ThreadSummary> {
  const path = thread.isKept ? thread.rollout?.path : undefined;
  if (path === undefined) return thread.summary(now());
  return thread.summary((await store.updatedAt(path)) * 1_000, (await catalog.of(path))?.name);
}
