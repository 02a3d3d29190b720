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

/** Runs `use` with a real app-server in a throw-away CODEX_HOME that `prepare` has filled; both are gone afterwards. */
export async function withAppServer(
  prepare: (home: string) => Promise<void>,
  use: (server: AppServer) => Promise<void>,
): Promise<void> {
  if (!binary) throw new Error('no Codex binary');
  const home = await codexHome();
  try {
    await prepare(home);
    const server = await AppServer.start(binary, home);
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

/** The raw text of the `thread/tokenUsage/updated` that follows a resume or fork, if one comes. */
export async function usageAfter(
  server: AppServer,
  method: keyof typeof afterUsage,
  threadId: string,
): Promise<string | undefined> {
  const from = server.notifications.length;
  const { thread } = await server.request<{ thread: { id: string } }>(method, { threadId });
  const isOfThread = (params: WireObject) =>
    params.threadId === thread.id || (params.thread as { id?: string } | undefined)?.id === thread.id;
  await server.waitFor(afterUsage[method], 10_000, isOfThread);
  const usages = server.notifications
    .slice(from)
    .filter((seen) => seen.method === 'thread/tokenUsage/updated' && isOfThread(seen.params));
  if (usages.length > 1) throw new Error(`${method} sent the usage ${usages.length} times`);
  return usages[0]?.raw;
}
