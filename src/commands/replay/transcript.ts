import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { newestCodex } from '../../codex/version.ts';
import { type ExitCode, UserError } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import type { Io } from '../../io.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import { type Exchange, findExchange } from '../../replay/judge/exchange.ts';
import { judge } from '../../replay/judge/judge.ts';
import { BadRecording, identityIn, lifecycleIn, paramsIn, recordedEntries } from '../../replay/judge/recorded.ts';
import { type KnownRollout, readRollout } from '../../replay/known-rollout.ts';
import { replayWriter } from '../../report/replay/index.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { outputFormat } from '../shared/output-format.ts';
import { withPage } from '../shared/page-file.ts';
import { cannotRead, oneTarget } from '../shared/targets.ts';
import { cannotReplay } from './cannot-replay.ts';
import { endOf, nameOf, replayExitCode } from './outcome.ts';
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

/** `replay --transcript`: judges a recording, against the rollout of the thread as it is now. */
export async function judgeTranscript(
  file: string,
  command: readonly string[],
  options: ReplayOptions,
  io: Io,
): Promise<ExitCode> {
  refuseMeaningless(command, options);
  const entries = await entriesOf(file);
  const exchange = findExchange(entries);
  if (!exchange) throw new UserError(`${file} holds no thread/resume and no thread/fork of a client`);
  const lifecycle = lifecycleOf(file, entries, exchange, options);
  const identity = identityIn(entries);
  const { path, ...known } = await rolloutOf(exchange, identity.version ?? newestCodex, options, io);

  const observed = entries.some(({ connection }) => connection === 'observer');
  const { expect: yardstick } = options;
  const judgement = judge(
    {
      lifecycle,
      params: paramsIn(exchange),
      ...known,
      entries,
      exchange,
      observed,
      ending: null,
      quietMs: 0,
      disk: { unknown: 'a recording does not say what was written' },
    },
    yardstick,
  );
  const threadId = exchange.requestedThread;
  const { restored } = known;
  const seen = { lifecycle, threadId, serverKind: 'recording', identity, restored, exchange, entries };
  const outcome = { ...seen, yardstick, judgement, failure: null };
  const writer = await replayWriter(outputFormat(options, io), options.full === true, observed);
  const server = `${nameOf(identity)}, recorded in ${file}`;
  const end = endOf(outcome);
  await withPage(options, [file, path], io, async (writePage) => {
    await io.out(writer.head({ lifecycle, threadId, rollout: path, server }));
    for (const entry of entries) await io.out(writer.entry(entry, entry === exchange.request));
    await io.out(writer.end(end));
    await writePage(async () => (await import('../../report/replay/page.ts')).replayPage(end));
  });
  return replayExitCode(outcome);
}

function refuseMeaningless(command: readonly string[], options: ReplayOptions): void {
  const [name, value] = Object.entries(options).find(([key]) => !MEANINGFUL.has(key)) ?? [];
  const flag = name && `--${value === false ? 'no-' : ''}${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  const meaningless = flag ?? (command.length > 0 ? 'a command' : undefined);
  if (meaningless === undefined) return;
  throw new UserError(`${meaningless} makes no sense with --transcript`, { hint: 'no server is started' });
}

async function entriesOf(file: string): Promise<TranscriptEntry[]> {
  try {
    return recordedEntries(await readFile(file));
  } catch (error) {
    if (error instanceof BadRecording) throw new UserError(`${file}: ${error.message}`, { cause: error });
    throw cannotRead(file, error);
  }
}

/** What was recorded. A recording need not say that a resume was a rejoin: the user may. */
function lifecycleOf(
  file: string,
  entries: readonly TranscriptEntry[],
  exchange: Exchange,
  { resume, fork, rejoin }: ReplayOptions,
): Lifecycle {
  const recorded = lifecycleIn(entries, exchange);
  const isNamedWrong = recorded === 'fork' ? (resume ?? rejoin) !== undefined : fork !== undefined;
  if (isNamedWrong) {
    throw new UserError(`${file} is a recording of a ${recorded}`, { hint: `name its thread with --${recorded}` });
  }
  return rejoin === undefined ? recorded : 'rejoin';
}

/** The rollout of the recorded thread: the one that the user names, or else the one in the Codex home. */
async function rolloutOf(
  exchange: Exchange,
  version: KnownRollout['version'],
  { resume, fork, rejoin, codexHome }: ReplayOptions,
  io: Io,
): Promise<KnownRollout & { readonly path: string }> {
  const { requestedThread } = exchange;
  const home = codexHome ?? defaultCodexHome(io.env);
  const { path } = await oneTarget(resume ?? fork ?? rejoin ?? requestedThread, false, home, io);
  const known = await readRollout(path, version, home, paramsIn(exchange)).catch((error) => {
    throw cannotReplay(path, error);
  });
  const threadId = known.facts.meta?.id ?? parseRolloutName(basename(path))?.threadId;
  if (threadId !== undefined && threadId !== requestedThread) {
    throw new UserError(`the recording is of thread ${requestedThread}, ${path} of ${threadId}`);
  }
  return { path, ...known };
}
