import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { eraOf } from '../../src/codex/era.ts';
import { type CodexVersion, isAtLeast, parseCodexVersion } from '../../src/codex/version.ts';
import { parseRolloutName } from '../../src/history/rollout-name.ts';
import { AppServer } from '../support/app-server.ts';
import { codexHome } from '../support/codex.ts';
import { type Asked, type OracleCase, rolloutsOf, type SeenAnswer } from '../support/oracle.ts';
import { ask, rpcError } from './ask.ts';
import { Disguise } from './disguise.ts';

/** What a version answered to one request about a case. */
export interface Answer extends Asked, SeenAnswer {
  readonly case: string;
}

/** What is asked in one process: a rejoin needs the resume before it, if that works; nothing else may load the thread. */
const sessions: readonly { readonly requests: readonly Asked['request'][]; readonly excludeTurns: boolean }[] = [
  { requests: ['resume', 'rejoin'], excludeTurns: false },
  { requests: ['resume', 'rejoin'], excludeTurns: true },
  { requests: ['fork'], excludeTurns: false },
  { requests: ['fork'], excludeTurns: true },
];

/** How many cases are asked about at once where every message names its thread: a server mostly waits. */
const AT_ONCE = 8;

/** A released version. */
export interface Release {
  readonly version: string;
  readonly binary: string;
}

/**
 * Asks a version all that the oracle asks about these cases, in their order: many cases in one Codex home and one server
 * process, each with thread ids of its own.
 */
export async function* recordVersion(
  { version, binary }: Release,
  folder: string,
  cases: readonly OracleCase[],
): AsyncGenerator<Answer> {
  const release = parseCodexVersion(version) as CodexVersion;
  const era = eraOf(release);
  const asked = cases.filter((each) => isAtLeast(release, [0, 129, 0]) || !isReverted(each));
  for (const home of ['used', 'new'] as const) {
    const inHome = asked.filter((each) => homesOf(each).includes(home));
    for (const { requests, excludeTurns } of sessions) {
      const inSession = inHome.filter(({ forkParams }) => !forkParams || requests.includes('fork'));
      if (inSession.length === 0) continue;
      const atOnce = era.deprecatesFullTurns ? 1 : AT_ONCE;
      const session = { binary, folder, cases: inSession, isUsed: home === 'used', atOnce };
      yield* inOneHome(session, async (server, { name, forkParams, threadId }) => {
        const answers: Answer[] = [];
        for (const request of requests) {
          const method = request === 'fork' ? 'thread/fork' : 'thread/resume';
          const params = { threadId, ...(request === 'fork' && forkParams), ...(excludeTurns && { excludeTurns }) };
          const last = request === 'fork' ? 'thread/started' : era.clearsGoal ? 'thread/goal/cleared' : undefined;
          const seen = await ask(server, { method, params, last });
          answers.push({ case: name, request, ...(excludeTurns && { excludeTurns }), home, ...seen });
          if (seen.error) break;
        }
        return answers;
      });
    }
  }
}

interface Session {
  readonly binary: string;
  readonly folder: string;
  readonly cases: readonly OracleCase[];
  readonly isUsed: boolean;
  readonly atOnce: number;
}

/**
 * A rollout alone is the same in both homes. How a home came to know the older rollouts of one thread cannot be repeated:
 * a case of such a thread is asked about in a new home only.
 */
function homesOf(each: OracleCase): readonly ('used' | 'new')[] {
  if (!each.files) return ['used'];
  return isReverted(each) ? ['new'] : ['used', 'new'];
}

/** Whether a thread of the case has several rollouts. Which of them versions before 0.129 open is not the same twice. */
function isReverted(each: OracleCase): boolean {
  return each.files !== undefined && otherThreads(each).length < each.files.length - 1;
}

/** The case's threads besides the asked one, the oldest first. */
function otherThreads({ files = [], threadId }: OracleCase): string[] {
  const threads = files.flatMap((file) => parseRolloutName(basename(file))?.threadId ?? []);
  return [...new Set(threads)].filter((each) => each !== threadId);
}

/**
 * Has a server answer about one case after another, in a home where it had started before any rollout stood there. In a
 * used home another process had loaded the other threads of each case.
 */
async function* inOneHome(
  { binary, folder, cases, isUsed, atOnce }: Session,
  interview: (server: AppServer, about: OracleCase) => Promise<Answer[]>,
): AsyncGenerator<Answer> {
  const home = await codexHome();
  // A shell for each thread would cost more than all that is asked.
  appendFileSync(join(home, 'config.toml'), '\n[features]\nshell_snapshot = false\n');
  const disguises = new Map(cases.map((each, i) => [each, new Disguise(each.files ?? [each.path], i + 1)]));
  try {
    await withServer(binary, home, async () => {});
    for (const [each, disguise] of disguises) place(folder, each, home, disguise);
    const loaded = isUsed ? cases.filter((each) => otherThreads(each).length > 0) : [];
    if (loaded.length > 0) {
      await withServer(binary, home, async (server) => {
        for (const each of loaded) {
          for (const threadId of otherThreads(each)) {
            const params = { threadId: disguises.get(each)?.on(threadId), excludeTurns: true };
            await server.request('thread/resume', params).catch(rpcError);
          }
        }
      });
    }
    const server = await AppServer.start(binary, home);
    try {
      for (let start = 0; start < cases.length; start += atOnce) {
        const answers = cases.slice(start, start + atOnce).map(async (each) => {
          const disguise = disguises.get(each) as Disguise;
          const seen = await interview(server, { ...each, threadId: disguise.on(each.threadId) });
          const answers = JSON.parse(disguise.off(JSON.stringify(seen).replaceAll(home, '$HOME'))) as Answer[];
          const rollouts = rolloutsOf(folder, each).map(({ stored }) => readFileSync(stored, 'latin1'));
          return answers.map((answer) => ({ ...answer, turns: withoutNewIds(answer.turns, rollouts) }));
        });
        yield* (await Promise.all(answers)).flat();
      }
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function withServer(binary: string, home: string, use: (server: AppServer) => Promise<void>): Promise<void> {
  const server = await AppServer.start(binary, home);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

/** Up to 0.121 a turn without an id of its own is given a new one whenever it is loaded: `$NEW` stands for it. */
function withoutNewIds(turns: Answer['turns'], rollouts: readonly string[]): Answer['turns'] {
  const isNew = (id: string) => !/^(?:rollout|turn)-\d+$/.test(id) && !rollouts.some((text) => text.includes(id));
  return turns.map(([id, status]) => [isNew(id) ? '$NEW' : id, status]);
}

/** Copies a case's rollouts below the home. Bytes that are no text stay as they are in latin1. */
function place(folder: string, each: OracleCase, home: string, disguise: Disguise): void {
  for (const { stored, path } of rolloutsOf(folder, each)) {
    const target = join(home, disguise.on(path));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, disguise.on(readFileSync(stored, 'latin1')), 'latin1');
  }
}
