import { jsonText, writeNdjson } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';
import type { TreeAnswer } from './answer.ts';
import { groupRows } from './group-rows.ts';
import { evidenceJson, threadJson } from './models.ts';

type Write = (text: string) => Promise<void>;

/** Writes the answer. NDJSON and CSV hold rows of one kind: the records if asked for, else the groups, else the threads. */
export async function writeTree(answer: TreeAnswer, format: OutputFormat, write: Write): Promise<void> {
  const { forest, grouping, evidence } = answer;
  const groups = () => grouping && groupRows(forest, grouping);
  switch (format.kind) {
    case 'ndjson':
      return writeNdjson(each(evidence?.map(evidenceJson) ?? groups() ?? threadsJson(answer)), write);
    case 'csv':
      return write((await import('./csv.ts')).treeCsv(answer, groups()));
    case 'json':
      return write(jsonText(treeObject(answer)));
    case 'text': {
      const style = await createStyle(format.color);
      const { treeText } = await import('./text.ts');
      return write(treeText(answer, groups(), style, format.columns));
    }
  }
}

/** What `--json` prints. */
export function treeObject(answer: TreeAnswer): object {
  const { forest, grouping, evidence, notices, errors, exitCode } = answer;
  return {
    command: 'tree',
    version: 1,
    exitCode,
    threads: threadsJson(answer),
    total: forest.total,
    naiveSum: forest.plainSum,
    ...(grouping && { by: grouping.by, days: grouping.days, groups: groupRows(forest, grouping) }),
    ...(evidence && { evidence: evidence.map(evidenceJson) }),
    notices: [...forest.notices, ...notices],
    errors,
  };
}

function threadsJson({ forest, titles }: TreeAnswer): object[] {
  return forest.threads.map((thread) => threadJson(thread, titles.get(thread) ?? null));
}

async function* each(models: readonly unknown[]): AsyncGenerator<unknown> {
  yield* models;
}
