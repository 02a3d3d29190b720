import packageJson from '../../../package.json' with { type: 'json' };
import type { CheckOptions } from '../../check/check-rollout.ts';
import { type RawFinding, rawFinding } from '../../check/raw-finding.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import type { Io } from '../../io.ts';
import type { ServerChoice } from '../../replay/drive/server.ts';
import type { ServerIdentity } from '../../replay/drive/server-identity.ts';
import type { Judgement } from '../../replay/judge/judge.ts';
import { SharedReplay } from '../../replay/replay-many.ts';
import { CleanUp } from '../../replay/sandbox/clean-up.ts';
import type { Subject } from '../../replay/sandbox/subject.ts';
import { ServerFailure } from '../../wire/server-failure.ts';
import { serverChoice } from '../shared/server-choice.ts';
import { type LiveBatch, liveBatches } from './batches.ts';
import type { CheckTarget } from './check-targets.ts';

/** A rollout to check, with what replays it; undefined when that was not asked for. */
export interface LiveTarget {
  readonly target: CheckTarget;
  readonly live: CheckOptions['live'];
}

/**
 * The server for `--replay`: the real one unless another is named, since what is emulated is compared anyway.
 * @throws {UserError} when there is none
 */
export async function liveServer(
  server: string | undefined,
  codexBin: string | undefined,
  versions: readonly CodexVersion[] | null,
  io: Io,
): Promise<ServerChoice> {
  const [emulated, ...others] = server === 'embedded' ? (versions ?? []) : [];
  return serverChoice(
    [],
    {
      server: server ?? 'codex',
      ...(codexBin !== undefined && { codexBin }),
      ...(emulated && others.length === 0 && { emulate: formatCodexVersion(emulated) }),
    },
    io,
  );
}

/** The targets in their order, with a server for each batch of them. */
export async function* replayed(
  targets: AsyncIterable<CheckTarget>,
  server: ServerChoice,
  codexHome: string,
  io: Io,
): AsyncGenerator<LiveTarget> {
  for await (const batch of liveBatches(targets, codexHome)) {
    const checks = new LiveChecks(batch, server, codexHome, io);
    try {
      for (const target of batch.targets) yield { target, live: (path) => checks.check(path) };
    } finally {
      await checks.end();
    }
  }
}

/** Replays the rollouts of one batch when they are asked for, on one server unless that fails. */
class LiveChecks {
  readonly #subjects: ReadonlyMap<string, Subject>;
  readonly #server: ServerChoice;
  readonly #codexHome: string;
  readonly #io: Io;
  readonly #cleanUp = new CleanUp();
  readonly #unregister: () => void;
  #running: SharedReplay | null = null;

  constructor({ subjects }: LiveBatch, server: ServerChoice, codexHome: string, io: Io) {
    this.#subjects = subjects;
    this.#server = server;
    this.#codexHome = codexHome;
    this.#io = io;
    this.#unregister = io.onDeadlySignal(() => this.#cleanUp.run());
  }

  /** What a server does with a rollout that it should not do. */
  async check(path: string): Promise<RawFinding[]> {
    const subject = this.#subjects.get(path);
    if (!subject) return [];
    const findings: RawFinding[] = [];
    // A fork leaves the thread as it is; a resume makes it a running one.
    for (const lifecycle of ['fork', 'resume'] as const) {
      try {
        this.#running ??= await this.#start();
        const { identity, judgement } = await this.#running.replay(subject, lifecycle);
        findings.push(...differences(lifecycle, identity, judgement));
      } catch (error) {
        if (!(error instanceof ServerFailure)) throw error;
        await this.#running?.stop();
        this.#running = null;
        return [...findings, rawFinding('server-failed', `${lifecycle}: ${error.message}`, null)];
      }
    }
    return findings;
  }

  async end(): Promise<void> {
    await this.#running?.stop();
    await this.#cleanUp.run();
    this.#unregister();
  }

  #start(): Promise<SharedReplay> {
    const plan = {
      server: this.#server,
      subjects: [...this.#subjects.values()],
      codexHome: this.#codexHome,
      env: this.#io.env,
      passedOn: [],
      clientVersion: packageJson.version,
    };
    return SharedReplay.start(plan, this.#cleanUp);
  }
}

function differences(lifecycle: string, { version }: ServerIdentity, { checks, verdict }: Judgement): RawFinding[] {
  const server = version ? `Codex ${formatCodexVersion(version)}` : 'the server';
  if (verdict === 'inconclusive') {
    return [
      rawFinding('server-failed', `${lifecycle}: ${server} did not hold the connection as long as it should`, null),
    ];
  }
  return checks.flatMap(({ id, status, detail, expected, actual }) => {
    if (status !== 'fail') return [];
    const difference = expected !== undefined && actual !== undefined ? { expected, actual } : undefined;
    return [rawFinding('lifecycle-differs', `${server}, ${lifecycle}: ${id}: ${detail}`, null, difference)];
  });
}
