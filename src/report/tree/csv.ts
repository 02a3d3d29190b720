import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ThreadAccount } from '../../accounting/forest/thread-account.ts';
import { usageRules } from '../../accounting/usage-rule.ts';
import { type TokenUsage, tokenUsageKeys } from '../../codex/records/token-count.ts';
import { type CsvCell, csvLine } from '../csv.ts';
import type { TreeAnswer } from './answer.ts';
import type { GroupRow } from './group-rows.ts';

type Columns<Row> = readonly (readonly [string, (row: Row) => CsvCell])[];

function usageColumns<Row>(name: string, usageOf: (row: Row) => TokenUsage | null): Columns<Row> {
  return tokenUsageKeys.map((key) => [`${name}.${key}`, (row: Row) => usageOf(row)?.[key] ?? null] as const);
}

const threadColumns = (titles: TreeAnswer['titles']): Columns<ThreadAccount> => [
  ['threadId', ({ threadId }) => threadId],
  ['parentId', ({ parentId }) => parentId],
  ['relation', ({ relation }) => relation],
  ['subagent', ({ subagent }) => subagent],
  ['path', ({ path }) => path],
  ['cwd', ({ cwd }) => cwd],
  ['models', ({ models }) => models.join(' ')],
  ['startedAt', ({ startedAt }) => startedAt],
  ['updatedAt', ({ updatedAt }) => updatedAt],
  ['lostRequests', ({ lostRequests }) => lostRequests],
  ...usageColumns<ThreadAccount>('own', ({ usage }) => usage.own),
  ...usageColumns<ThreadAccount>('inherited', ({ usage }) => usage.inherited),
  ...usageColumns<ThreadAccount>('restored', ({ usage }) => usage.restored),
  ...usageColumns<ThreadAccount>('rolledBack', ({ usage }) => usage.rolledBack),
  ...usageColumns<ThreadAccount>('recovered', ({ usage }) => usage.recovered),
  ['title', (thread) => titles.get(thread) ?? null],
];

const groupColumns: Columns<GroupRow> = [
  ['key', ({ key }) => key],
  ...usageColumns<GroupRow>('usage', ({ usage }) => usage),
];
const utcColumns: Columns<GroupRow> = usageColumns<GroupRow>('utcUsage', ({ utcUsage }) => utcUsage ?? null);

const evidenceColumns: Columns<Evidence> = [
  ['threadId', ({ threadId }) => threadId],
  ['turnId', ({ turnId }) => turnId],
  ['path', ({ path }) => path],
  ['byteOffset', ({ byteOffset }) => byteOffset],
  ['timestamp', ({ timestamp }) => timestamp],
  ['model', ({ model }) => model],
  ['responseId', ({ responseId }) => responseId],
  ...usageColumns<Evidence>('usage', ({ usage }) => usage),
  ['counted', ({ rule }) => usageRules[rule].counts],
  ['rule', ({ rule }) => rule],
];

/** The records if there are any to be shown, else the groups, else the threads: a header, and a row for each. */
export function treeCsv({ forest, titles, evidence }: TreeAnswer, groups: readonly GroupRow[] | null): string {
  if (evidence) return rowsText(evidenceColumns, evidence);
  if (!groups) return rowsText(threadColumns(titles), forest.threads);
  return rowsText(groups.some(({ utcUsage }) => utcUsage) ? [...groupColumns, ...utcColumns] : groupColumns, groups);
}

function rowsText<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = rows.map((row) => csvLine(columns.map(([, cell]) => cell(row))));
  return [csvLine(columns.map(([name]) => name)), ...lines].join('');
}
