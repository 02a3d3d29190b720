import { accountForest } from '../../accounting/forest/account-forest.ts';
import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import { localDay, utcDay } from '../../accounting/forest/groups.ts';
import { familyOf, partOf } from '../../accounting/forest/narrow-forest.ts';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import { defaultCodexHome } from '../../history/homes.ts';
import type { Io } from '../../io.ts';
import { noticeLines } from '../../report/notice.ts';
import { stderrLine } from '../../report/stderr-line.ts';
import type { Grouping, TreeAnswer } from '../../report/tree/answer.ts';
import { writeTree } from '../../report/tree/index.ts';
import { forestNoticeLines } from '../../report/tree/notices.ts';
import { noticeKinds } from '../../usage/notice.ts';
import { type FormatOptions, outputFormat } from '../shared/output-format.ts';
import { type PageOptions, type WritePage, withPage } from '../shared/page-file.ts';
import { type ForestReading, readForest } from '../shared/read-forest.ts';
import { ReadingProgress } from '../shared/reading-progress.ts';
import { findForest, type Where } from '../shared/where.ts';
import { titlesOf } from './titles.ts';

export interface TreeOptions extends FormatOptions, PageOptions {
  readonly last?: true;
  readonly codexHome?: string;
  readonly by?: Grouping['by'];
  readonly since?: string;
  readonly until?: string;
  readonly utc?: true;
  readonly days?: Grouping['days'];
  readonly depth?: number;
  readonly evidence?: true;
  readonly why?: string;
  readonly lenient?: true;
}

/** `tree [where]`: what threads, their forks and their sub-agents spent, each token once. */
export async function tree(where: string | undefined, options: TreeOptions, io: Io): Promise<ExitCode> {
  const codexHome = options.codexHome ?? defaultCodexHome(io.env);
  const found = await findForest(where, options.last === true, codexHome, io);
  return withPage(options, found.paths, io, (writePage) => treeOf(found, options, io, writePage));
}

async function treeOf(
  { paths, threadId }: Where,
  options: TreeOptions,
  io: Io,
  writePage: WritePage,
): Promise<ExitCode> {
  const reading = await readForest(paths, ReadingProgress.of(io));
  const whole = accountForest(reading.accounts);
  const family = threadId === null ? whole : familyOf(whole, threadId);
  const days = options.utc ? 'utc' : (options.days ?? 'local');
  const forest = ofPeriod(family, options, days === 'utc' ? utcDay : localDay);
  const code = treeExitCode(reading, options.lenient === true);
  for (const { oneLine } of reading.errors) await io.err(stderrLine(oneLine));
  for (const line of noticeLines(reading.notices)) await io.err(stderrLine(line));
  for (const line of forestNoticeLines(forest.notices)) await io.err(stderrLine(line));
  const answer: TreeAnswer = {
    forest,
    titles: titlesOf(forest.threads, reading.prompts),
    grouping: options.by ? { by: options.by, days } : null,
    depth: options.depth ?? Number.POSITIVE_INFINITY,
    evidence: evidenceOf(forest, options),
    showsEvidenceAlone: options.why !== undefined,
    notices: reading.notices,
    errors: reading.errors.map(({ message, hint }) => ({ message, hint: hint ?? null })),
    exitCode: code,
  };
  await writeTree(answer, outputFormat(options, io), io.out);
  await writePage(async () => (await import('../../report/tree/page.ts')).treePage(answer, days));
  return code;
}

function ofPeriod(
  forest: ForestAccount,
  { since = '', until = '9999' }: TreeOptions,
  dayOf: (timestamp: string | null) => string | null,
): ForestAccount {
  if (since === '' && until === '9999') return forest;
  return partOf(forest, ({ timestamp }) => {
    const day = dayOf(timestamp);
    return day !== null && since <= day && day <= until;
  });
}

/** Null when nobody asked for it. */
function evidenceOf({ evidence }: ForestAccount, { evidence: all, why }: TreeOptions): readonly Evidence[] | null {
  if (why === undefined) return all ? evidence : null;
  const wanted = why.toLowerCase();
  const isOf = (id: string | null) => id?.toLowerCase().endsWith(wanted) ?? false;
  const found = evidence.filter(({ threadId, turnId }) => isOf(threadId) || isOf(turnId));
  if (found.length > 0) return found;
  throw new UserError(`no record with usage is of a thread or turn ${why}`, { hint: '--evidence shows all' });
}

function treeExitCode({ notices, errors }: ForestReading, lenient: boolean): ExitCode {
  const kinds = new Set(notices.map(({ id }) => noticeKinds[id]));
  if (errors.length > 0) return exitCode.cannot;
  return kinds.has('partial') || (kinds.has('skipped') && !lenient) ? exitCode.partial : exitCode.ok;
}
