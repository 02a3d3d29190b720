import type { RolloutSize, TotalSize } from '../../size/rollout-size.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { type Column, tableText } from '../table.ts';
import { bytesText, concernText, shareText } from './amounts.ts';
import { adviceLines, causeTable, kindTable } from './parts.ts';

/** Rollouts that are named one by one. */
const NAMED = 20;

const columns: readonly Column[] = [
  { title: 'bytes', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'mostly', align: 'left' },
  { title: 'resume', align: 'left' },
  { title: 'rollout', align: 'left' },
];

/** Several rollouts, largest first, and what all of them hold together. */
export function sizeTable(sizes: readonly RolloutSize[], total: TotalSize, style: Style): string {
  const rows = sizes
    .slice(0, NAMED)
    .map(({ path, bytes, causes, concern }) => [
      grouped(bytes),
      shareText(bytes, total.bytes),
      causes[0]?.name ?? 'nothing',
      concern,
      escapeControls(path),
    ]);
  const [heading = '', ...table] = tableText(columns, rows).split('\n');
  const more =
    sizes.length > NAMED ? [`${grouped(sizes.length - NAMED)} smaller ones; --json and --csv name them all`] : [];
  return [
    `${[style.muted(heading), ...table].join('\n')}${more.map((line) => `${line}\n`).join('')}`,
    `${style.heading(`${grouped(total.rollouts)} rollouts, ${grouped(total.bytes)} bytes. ${total.why}`)}\n`,
    causeTable(total.causes, total.bytes, style),
    kindTable(total.kinds, total.bytes, style),
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
