import { rmSync } from 'node:fs';
import { describe } from 'vitest';
import { AppServer, type WireObject } from './app-server.ts';
import { codexHome, pinnedCodexBinary } from './codex.ts';

const binary = pinnedCodexBinary();

/** A group of tests against the pinned Codex binary. Where it does not run they are skipped aloud; in CI they must run. */
export function describeRealCodex(name: string, tests: () => void): void {
  if (binary) return void describe(name, tests);
  const message = `the pinned Codex binary does not run on ${process.platform} ${process.arch}: skipping "${name}"`;
  if (process.env.CI) throw new Error(message);
  console.warn(message);
  describe.skip(name, tests);
}

/**
 * Runs `use` with a real app-server, the pinned one unless `codex` is another binary, in a throw-away CODEX_HOME that
 * `prepare` has filled; both are gone afterwards.
 */
export async function withAppServer(
  prepare: (home: string) => Promise<void>,
  use: (server: AppServer) => Promise<void>,
  codex = binary,
): Promise<void> {
  if (!codex) throw new Error('no Codex binary');
  const home = await codexHome();
  try {
    await prepare(home);
    const server = await AppServer.start(codex, home);
    try {
      await use(server);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** What Codex 0.169.0 sends after the usage, whether it sends usage or not. */
const afterUsage = { 'thread/resume': 'thread/goal/cleared', 'thread/fork': 'thread/started' } as const;

/** What came of a resume or fork. */
export interface SeenLifecycle {
  /** What the requester received about this thread, in order; `RESPONSE` is the answer. */
  readonly messages: readonly string[];
  /** The raw text of the `thread/tokenUsage/updated`, if one came. */
  readonly usage: string | null;
  /** `[id, status]` of the turns in the answer. */
  readonly turns: readonly (readonly [string, string])[];
}

/** Resumes or forks a thread and waits until everything about it has come. @throws {RpcError} as the server answers */
export async function runLifecycle(
  server: AppServer,
  method: keyof typeof afterUsage,
  threadId: string,
  params: WireObject = {},
): Promise<SeenLifecycle> {
  const from = server.notifications.length;
  const fromLine = server.received.length;
  const { thread } = await server.request<{ thread: { id: string; turns: { id: string; status: string }[] } }>(method, {
    threadId,
    ...params,
  });
  const isOfThread = (told: WireObject) =>
    told.threadId === thread.id || (told.thread as { id?: string } | undefined)?.id === thread.id;
  await server.waitFor(afterUsage[method], 10_000, isOfThread, from);

  const lines = server.received.slice(fromLine).flatMap((raw) => {
    const { method: name, params: told = {} } = JSON.parse(raw) as { method?: string; params?: WireObject };
    return name === undefined || name === 'deprecationNotice' || isOfThread(told)
      ? [{ name: name ?? 'RESPONSE', raw }]
      : [];
  });
  const usages = lines.filter(({ name }) => name === 'thread/tokenUsage/updated');
  if (usages.length > 1) throw new Error(`${method} sent the usage ${usages.length} times`);
  return {
    messages: lines.map(({ name }) => name),
    usage: usages[0]?.raw ?? null,
    turns: thread.turns.map(({ id, status }) => [id, status]),
  };
}

/** The raw text of the `thread/tokenUsage/updated` that follows a resume or fork, if one comes. */
export async function usageAfter(
  server: AppServer,
  method: keyof typeof afterUsage,
  threadId: string,
): Promise<string | undefined> {
  return (await runLifecycle(server, method, threadId)).usage ?? undefined;
}
