import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ExportRow } from '../../accounting/forest/export-rows.ts';

type Cell = string | boolean | bigint | null;
type Row = Readonly<Record<keyof ExportRow, Cell>>;

/** The columns in their order; those of other types are text. */
const columns = [
  { name: 'day' },
  { name: 'threadId', nullable: true },
  { name: 'response' },
  { name: 'copied', type: 'BOOLEAN' },
  { name: 'rolloutId' },
  { name: 'byteOffset', type: 'INT64' },
  { name: 'turnId', nullable: true },
  { name: 'parentId', nullable: true },
  { name: 'timestamp' },
  { name: 'model', nullable: true },
  { name: 'cwd', nullable: true },
  { name: 'input_tokens', type: 'INT64' },
  { name: 'cached_input_tokens', type: 'INT64' },
  { name: 'cache_write_input_tokens', type: 'INT64' },
  { name: 'output_tokens', type: 'INT64' },
  { name: 'reasoning_output_tokens', type: 'INT64' },
  { name: 'total_tokens', type: 'INT64' },
] as const satisfies readonly { name: keyof ExportRow; type?: 'BOOLEAN' | 'INT64'; nullable?: true }[];

/** Stands at the end of each file, by which it is known again. */
const CREATED_BY = 'rollout-inspect export';

/**
 * Rows as Parquet, each once, behind the rows of `before` of which `stays` says so. The same rows give the same bytes.
 * @param before what the file held; null when it is new
 * @param stays whether an earlier row of a rollout is kept
 */
export async function parquetRows(
  before: Buffer | null,
  stays: (rolloutId: string) => boolean,
  rows: readonly ExportRow[],
): Promise<Uint8Array> {
  const kept = (await rowsIn(before)).filter(({ rolloutId }) => stays(String(rolloutId)));
  const fresh = rows.map((row): Row => ({ ...row, byteOffset: BigInt(row.byteOffset) }));
  const all = [...new Map([...kept, ...fresh].map((row) => [keyOf(row), row])).values()];
  const columnData = columns.map((column) => ({
    type: 'STRING' as const,
    nullable: false,
    ...column,
    data: all.map((row) => row[column.name]),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: CREATED_BY }));
}

/** None when it is no Parquet. */
async function rowsIn(bytes: Buffer | null): Promise<Row[]> {
  if (!bytes) return [];
  const { buffer, byteOffset, byteLength } = bytes;
  try {
    const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    return (await parquetReadObjects({ file })) as Row[];
  } catch {
    return [];
  }
}

function keyOf(row: Row): string {
  return columns.map(({ name }) => String(row[name])).join('\n');
}
