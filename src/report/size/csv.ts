import type { RolloutSize } from '../../size/rollout-size.ts';
import { csvLine } from '../csv.ts';

/** The header of `sizeCsvLines`. */
export const sizeCsvHeader: string = csvLine(['path', 'group', 'name', 'count', 'bytes']);

/** A row for each cause and each kind of line of a rollout. The bytes of either group add up to its size. */
export function sizeCsvLines({ path, causes, kinds }: RolloutSize): string {
  return [
    ...causes.map(({ id, count, bytes }) => csvLine([path, 'cause', id, count, bytes])),
    ...kinds.map(({ kind, records, bytes }) => csvLine([path, 'kind', kind, records, bytes])),
  ].join('');
}
