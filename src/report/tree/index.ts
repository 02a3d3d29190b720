import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import type { Notice } from '../../usage/notice.ts';
import { jsonText, writeNdjson } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';
import { groupRows } from './group-rows.ts';
import { evidenceJson, threadJson } from './models.ts';

/** By what the sum is divided too, and the days of which time zone are meant. */
export interface Grouping {
  readonly by: 'day' | 'model' | 'cwd' | 'thread';
  readonly days: 'local' | 'utc' | 'both';
}

/** The answer of `tree`. */
export interface TreeAnswer {
  readonly forest: ForestAccount;
  readonly grouping: Grouping | null;
  /** How deep the tree is shown. */
  readonly depth: number;
  /** The records to be shown; null when nobody asked for them. */
  readonly evidence: readonly Evidence[] | null;
  /** People are shown nothing else. */
  readonly showsEvidenceAlone: boolean;
  /** What there is to say of the rollouts' lines. */
  readonly notices: readonly Notice[];
  /** Why some rollouts could not be read. */
  readonly errors: readonly { readonly message: string; readonly hint: string | null }[];
  readonly exitCode: number;
}

type Write = (text: string) => Promise<void>;

/** Writes the answer. NDJSON and CSV hold rows of one kind: the records if asked for, else the groups, else the threads. */
export async function writeTree(answer: TreeAnswer, format: OutputFormat, write: Write): Promise<void> {
  const { forest, grouping, evidence, errors, exitCode } = answer;
  const groups = grouping && groupRows(forest, grouping);
  switch (format.kind) {
    case 'ndjson':
      return writeNdjson(each(evidence?.map(evidenceJson) ?? groups ?? forest.threads.map(threadJson)), write);
    case 'csv':
      return write((await import('./csv.ts')).treeCsv(forest, groups, evidence));
    case 'json':
      return write(
        jsonText({
          command: 'tree',
          version: 1,
          exitCode,
          threads: forest.threads.map(threadJson),
          total: forest.total,
          naiveSum: forest.plainSum,
          ...(grouping && { by: grouping.by, days: grouping.days, groups }),
          ...(evidence && { evidence: evidence.map(evidenceJson) }),
          notices: [...forest.notices, ...answer.notices],
          errors,
        }),
      );
    case 'text': {
      const style = await createStyle(format.color);
      const { treeText } = await import('./text.ts');
      return write(treeText(answer, groups, style, format.columns));
    }
  }
}

async function* each(models: readonly unknown[]): AsyncGenerator<unknown> {
  yield* models;
}
