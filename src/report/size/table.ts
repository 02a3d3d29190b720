import type { RolloutSize, TotalSize } from '../../size/rollout-size.ts';
import { fittedTable } from '../fitted-table.ts';
import { counted, grouped } from '../numbers.ts';
import type { Viewer } from '../output-format.ts';
import { rolloutColumn } from '../rollout-column.ts';
import type { Style } from '../style.ts';
import { bytesText, concernText, shareText } from './amounts.ts';
import { adviceLines, causeTable, kindTable } from './parts.ts';

/** Rollouts that are named one by one. */
const NAMED = 20;

/** Several rollouts, largest first, and what all of them hold together. */
export function sizeTable(
  sizes: readonly RolloutSize[],
  total: TotalSize,
  style: Style,
  { columns, place }: Viewer,
): string {
  const rows = sizes.slice(0, NAMED);
  const table = fittedTable(
    [
      { title: 'bytes', align: 'right', cells: rows.map(({ bytes }) => grouped(bytes)) },
      { title: 'share', align: 'right', leftOut: 2, cells: rows.map(({ bytes }) => shareText(bytes, total.bytes)) },
      { title: 'mostly', align: 'left', leftOut: 1, cells: rows.map(({ causes }) => causes[0]?.name ?? 'nothing') },
      { title: 'resume', align: 'left', leftOut: 3, cells: rows.map(({ concern }) => concern) },
      rolloutColumn(rows, place),
    ],
    style,
    columns,
  );
  const more =
    sizes.length > NAMED ? [`${grouped(sizes.length - NAMED)} smaller ones; --json and --csv name them all`] : [];
  return [
    `${table}${more.map((line) => `${line}\n`).join('')}`,
    `${style.heading(`${counted(total.rollouts, 'rollout')}, ${grouped(total.bytes)} bytes. ${total.why}`)}\n`,
    causeTable(total.causes, total.bytes, style, columns),
    kindTable(total.kinds, total.bytes, style, columns),
    [...shared(total), ...worst(sizes, style), ...adviceLines(total.causes, total.bytes)]
      .map((line) => `${line}\n`)
      .join(''),
  ].join('\n');
}

function shared({ shared: { images, imageBytes, copiedBytes } }: TotalSize): string[] {
  const inSeveral =
    images > 0 ? [`${grouped(images)} images stand in several rollouts: ${bytesText(imageBytes)} too much`] : [];
  const copied = copiedBytes > 0 ? [`forks copied ${bytesText(copiedBytes)} from their parents`] : [];
  return [...inSeveral, ...copied];
}

function worst([largest]: readonly RolloutSize[], style: Style): string[] {
  if (!largest || largest.concern === 'low') return [];
  return [
    `a resume of the largest takes about ${bytesText(largest.loading.resumeMemory)} of memory: ${concernText(largest.concern, style)}`,
  ];
}
