import type { CheckedRollout, CheckSummary } from '../../check/finding.ts';
import { rules } from '../../check/rules/index.ts';
import { type ExitCode, UserError } from '../../errors.ts';
import { reports } from '../../files/kinds.ts';
import { type Io, OutputFailed } from '../../io.ts';
import { createReporter, type Reporter, type ReporterName, reporterNames } from '../../report/check/index.ts';
import { wantsColor } from '../shared/color.ts';
import { type FormatOptions, placeOf } from '../shared/output-format.ts';
import { ReportFile } from '../shared/report-file.ts';
import { ReportPaths } from './report-paths.ts';

/** The options that say which reports are made. */
export interface ReportOptions extends FormatOptions {
  readonly reporter?: readonly string[];
  readonly html?: string;
  readonly force?: true;
}

/** A report that was asked for. `file`: null for standard output, or error. */
interface Request {
  readonly name: ReporterName;
  readonly file: string | null;
  readonly toError: boolean;
}

/** A report that is being made. */
interface Report {
  readonly reporter: Reporter;
  readonly write: (text: string) => Promise<void>;
  readonly file: ReportFile | null;
}

/** All reports of one run. */
export class CheckReports {
  readonly #reports: readonly Report[];
  readonly #paths: ReportPaths;

  private constructor(reports: readonly Report[], paths: ReportPaths) {
    this.#reports = reports;
    this.#paths = paths;
  }

  /**
   * `inputs`: the files that the settings come from, which no report replaces.
   * @throws {UserError} when the options make no sense
   * @throws {CannotWrite} when a file cannot be written, or must not be replaced
   */
  static async begin(options: ReportOptions, inputs: readonly string[], io: Io): Promise<CheckReports> {
    const out = untilReaderLeaves(io.out);
    const requests = requested(options, io);
    const reports: Report[] = [];
    const all = new CheckReports(reports, await ReportPaths.of(requests.flatMap(({ file }) => file ?? [])));
    try {
      for (const request of requests) reports.push(await begun(request, out, options, inputs, io));
      for (const { reporter, write } of reports) await write(reporter.begin());
    } catch (error) {
      await all.abandon();
      throw error;
    }
    return all;
  }

  /** Has to be asked before a rollout is checked. @throws {UserError} when a report would replace it */
  async spare(rollout: string): Promise<void> {
    await this.#paths.spare(rollout);
  }

  async rollout(checked: CheckedRollout): Promise<void> {
    for (const { reporter, write } of this.#reports) await write(reporter.rollout(checked));
  }

  async end(summary: CheckSummary, exitCode: ExitCode): Promise<void> {
    for (const { reporter, write, file } of this.#reports) {
      await write(reporter.end(summary, exitCode));
      await file?.end();
    }
  }

  /** When the run did not come to its end. */
  async abandon(): Promise<void> {
    for (const { file } of this.#reports) await file?.abandon();
  }
}

async function begun(
  { name, file, toError }: Request,
  out: Io['out'],
  { color, force }: ReportOptions,
  inputs: readonly string[],
  io: Io,
): Promise<Report> {
  const isForTerminal = file === null && !toError;
  const reporter = await createReporter(name, {
    color: isForTerminal && wantsColor(color, io.env, io.isTerminal),
    columns: isForTerminal ? io.columns : Number.POSITIVE_INFINITY,
    place: isForTerminal ? placeOf(io) : null,
    cwd: io.cwd,
    rules,
    documents: io.env.ROLLOUT_INSPECT_DOCUMENTS || null,
  });
  const guard = { inputs, force: force === true };
  const opened = file === null ? null : await ReportFile.begin(file, reports[name], guard, io.onDeadlySignal);
  return { reporter, write: opened ? (text) => opened.write(text) : toError ? io.err : out, file: opened };
}

/** Standard output, but nothing when its reader has left: the verdict is still wanted. */
function untilReaderLeaves(out: Io['out']): Io['out'] {
  let hasLeft = false;
  return async (text) => {
    if (hasLeft || text === '') return;
    try {
      await out(text);
    } catch (error) {
      if (!(error instanceof OutputFailed) || error.systemCode !== 'EPIPE') throw error;
      hasLeft = true;
    }
  };
}

/** Whether annotations for GitHub are wanted without being asked for. */
export function runsOnGitHub({ env }: Io): boolean {
  return env.GITHUB_ACTIONS === 'true';
}

function requested(options: ReportOptions, io: Io): Request[] {
  const { json, ndjson, html, reporter = [] } = options;
  const named = reporter.map(requestOf);
  if (json) named.push({ name: 'json', file: null, toError: false });
  if (ndjson) named.push({ name: 'ndjson', file: null, toError: false });
  if (named.length === 0) named.push({ name: 'pretty', file: null, toError: false });
  if (html !== undefined) named.push({ name: 'html', file: html, toError: false });
  const onOutput = named.filter(({ file }) => file === null);
  // People can read annotations between their own lines; a program cannot.
  const isMixed = onOutput.length > 1 && onOutput.some(({ name }) => name !== 'pretty' && name !== 'github');
  if (isMixed || new Set(onOutput.map(({ name }) => name)).size < onOutput.length) {
    throw new UserError('two reports on standard output', {
      hint: 'write one of them to a file: --reporter name=FILE',
    });
  }
  if (!runsOnGitHub(io) || named.some(({ name }) => name === 'github')) return named;
  // The runner reads standard error as well.
  const toError = onOutput.some(({ name }) => name !== 'pretty');
  return [...named, { name: 'github', file: null, toError }];
}

function requestOf(text: string): Request {
  const [, written = '', file] = /^([^=]*)(?:=(.+))?$/s.exec(text) ?? [];
  const name = reporterNames.find((each) => each === written);
  if (name) return { name, file: file ?? null, toError: false };
  throw new UserError(`no such reporter: ${text}`, {
    hint: `one of ${reporterNames.join(', ')}; name=FILE writes a file`,
  });
}
