import packageJson from '../../../package.json' with { type: 'json' };
import { UserError } from '../../errors.ts';
import { codexHomeOf, defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import type { Lifecycle, LifecycleParams } from '../../lifecycle/outcome.ts';
import { type Deadlines, deadlinesFor } from '../../replay/drive/deadlines.ts';
import { canHaveSeveral, type ServerChoice } from '../../replay/drive/server.ts';
import type { Yardstick } from '../../replay/judge/judge.ts';
import type { ReplayPlan } from '../../replay/replay-plan.ts';
import { subjectOf } from '../../replay/sandbox/subject.ts';
import type { FormatOptions } from '../shared/output-format.ts';
import type { PageOptions } from '../shared/page-file.ts';
import { type ServerOptions, serverChoice } from '../shared/server-choice.ts';
import { cannotRead, oneTarget } from '../shared/targets.ts';
import { turnNamed } from './turn-argument.ts';

export interface ReplayOptions extends FormatOptions, PageOptions, ServerOptions {
  readonly resume?: string;
  readonly fork?: string;
  readonly rejoin?: string;
  readonly excludeTurns?: true;
  readonly home?: 'used' | 'new';
  readonly lastTurn?: string;
  readonly beforeTurn?: string;
  readonly expect: Yardstick;
  readonly inPlace?: true;
  readonly codexHome?: string;
  readonly observer?: boolean;
  readonly full?: true;
  readonly record?: string;
  readonly transcript?: string;
  readonly env?: readonly string[];
  readonly connectTimeout?: number;
  readonly initializeTimeout?: number;
  readonly requestTimeout?: number;
  readonly quietMs?: number;
  readonly timeout?: number;
}

/** What the options and the command after `--` ask for. @throws {UserError} when that makes no sense */
export async function planReplay(command: readonly string[], options: ReplayOptions, io: Io): Promise<ReplayPlan> {
  const [lifecycle, rollout] = lifecycleOf(options);
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const server = await serverChoice(command, options, io);
  if (rollout === '-') throw new UserError('standard input cannot be copied', { hint: 'name a file or a thread id' });
  const { path } = await oneTarget(rollout, false, codexHome, io);
  const params = paramsOf(lifecycle, options);
  const subject = await reading(path, () => subjectOf(path, codexHome));
  return {
    lifecycle,
    params: await reading(path, () => withWholeTurnIds(params, path, codexHome)),
    subject,
    server,
    home: homeOf(server, path, options),
    observer: observerOf(lifecycle, server, options.observer),
    deadlines: deadlinesFor(subject.bytes, namedDeadlines(options)),
    yardstick: options.expect,
    codexHome,
    env: io.env,
    passedOn: options.env ?? [],
    clientVersion: packageJson.version,
  };
}

function lifecycleOf({ resume, fork, rejoin }: ReplayOptions): [Lifecycle, string] {
  if (resume !== undefined) return ['resume', resume];
  if (fork !== undefined) return ['fork', fork];
  if (rejoin !== undefined) return ['rejoin', rejoin];
  throw new UserError('what is to be replayed?', { hint: 'name a thread with --resume, --fork or --rejoin' });
}

function paramsOf(lifecycle: Lifecycle, { excludeTurns, lastTurn, beforeTurn, home }: ReplayOptions): LifecycleParams {
  if (lifecycle !== 'fork' && (lastTurn ?? beforeTurn) !== undefined) {
    throw new UserError('--last-turn and --before-turn are for --fork', { hint: `this is a ${lifecycle}` });
  }
  if (lastTurn !== undefined && beforeTurn !== undefined) {
    throw new UserError('--last-turn and --before-turn do not go together', { hint: 'leave one of them out' });
  }
  return {
    ...(excludeTurns && { excludeTurns }),
    ...(home && { home }),
    ...(lastTurn !== undefined && { lastTurnId: lastTurn }),
    ...(beforeTurn !== undefined && { beforeTurnId: beforeTurn }),
  };
}

async function withWholeTurnIds(params: LifecycleParams, path: string, codexHome: string): Promise<LifecycleParams> {
  const { lastTurnId, beforeTurnId } = params;
  if (lastTurnId) return { ...params, lastTurnId: await turnNamed(lastTurnId, path, codexHome) };
  if (beforeTurnId) return { ...params, beforeTurnId: await turnNamed(beforeTurnId, path, codexHome) };
  return params;
}

function homeOf({ kind }: ServerChoice, path: string, { inPlace }: ReplayOptions): ReplayPlan['home'] {
  const isDialled = kind === 'ws' || kind === 'unix';
  if (!inPlace) return isDialled ? 'remote' : 'private';
  if (isDialled) {
    throw new UserError('--in-place makes no sense with a server that runs already', {
      hint: 'leave --in-place out',
    });
  }
  const home = codexHomeOf(path);
  if (home !== undefined) return { inPlace: home };
  throw new UserError(`${path} is in no Codex home`, { hint: 'leave --in-place out to work on a copy' });
}

/** Whether there is a second connection: where there can be one without starting the server in another way. */
function observerOf(lifecycle: Lifecycle, server: ServerChoice, asked: boolean | undefined): boolean {
  if (lifecycle === 'rejoin' && asked === false) {
    throw new UserError('a rejoin needs a second connection', { hint: 'leave --no-observer out' });
  }
  const isWanted = asked === true || lifecycle === 'rejoin';
  if (isWanted && !canHaveSeveral(server)) {
    throw new UserError('a server on standard input and output has only one connection', {
      hint: 'start it on a websocket and name that with --server',
    });
  }
  return isWanted || (asked !== false && server.kind !== 'codex' && canHaveSeveral(server));
}

function namedDeadlines(options: ReplayOptions): Partial<Deadlines> {
  const { connectTimeout, initializeTimeout, requestTimeout, quietMs, timeout } = options;
  return {
    ...(connectTimeout !== undefined && { connectMs: connectTimeout }),
    ...(initializeTimeout !== undefined && { initializeMs: initializeTimeout }),
    ...(requestTimeout !== undefined && { requestMs: requestTimeout }),
    ...(quietMs !== undefined && { quietMs }),
    ...(timeout !== undefined && { totalMs: timeout }),
  };
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannotRead(path, error);
  }
}
