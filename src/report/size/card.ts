import type { RolloutSize } from '../../size/rollout-size.ts';
import { escapeControls } from '../escape-controls.ts';
import { fittedTable } from '../fitted-table.ts';
import { identity, labelled } from '../labelled.ts';
import { grouped } from '../numbers.ts';
import type { Viewer } from '../output-format.ts';
import { shortPath } from '../short-path.ts';
import type { Style } from '../style.ts';
import { bytesText, concernText, secondsText, shareText } from './amounts.ts';
import { adviceLines, causeTable, kindTable } from './parts.ts';

/** One rollout's size for people: why it is large, what its bytes are, what it costs Codex, and what can be done. */
export function sizeCard(size: RolloutSize, style: Style, { columns, place }: Viewer): string {
  const { bytes, causes, kinds } = size;
  const head = [
    labelled(
      'rollout',
      `${style.heading(escapeControls(shortPath(size.path, place)))}  ${style.muted(`${grouped(bytes)} bytes`)}`,
      style,
    ),
    labelled('thread', identity(size), style),
    ...(size.forkedFromId === null ? [] : [labelled('fork of', size.forkedFromId, style)]),
    '',
    style.heading(size.why),
  ];
  if (bytes === 0) return lines(head);
  return [
    lines(head),
    causeTable(causes, bytes, style, columns),
    kindTable(kinds, bytes, style, columns),
    longest(size, style, columns),
    lines([...repeated(size, style), ...resume(size, style), ...adviceLines(causes, bytes)]),
  ].join('\n');
}

function longest({ largest, bytes: whole }: RolloutSize, style: Style, width: number): string {
  const rows = largest.slice(0, 5);
  return fittedTable(
    [
      {
        title: 'longest lines: at byte',
        align: 'right',
        cells: rows.map(({ byteOffset }) => grouped(byteOffset)),
      },
      { title: 'bytes', align: 'right', leftOut: 2, cells: rows.map(({ bytes }) => grouped(bytes)) },
      { title: 'share', align: 'right', leftOut: 1, cells: rows.map(({ bytes }) => shareText(bytes, whole)) },
      { title: 'kind', align: 'left', cells: rows.map(({ kind }) => escapeControls(kind)), keeps: 'end' },
    ],
    style,
    width,
  );
}

function repeated({ repeated: { bytes, images } }: RolloutSize, style: Style): string[] {
  if (bytes === 0) return [];
  return [
    labelled(
      'repeated',
      `${bytesText(bytes)}: ${grouped(images.unique)} images of ${bytesText(images.uniqueBytes)} stand in it as ${grouped(images.copies)} copies of ${bytesText(images.bytes)}`,
      style,
    ),
  ];
}

/** What a resume costs, as far as it was measured. */
function resume({ loading: cost, concern }: RolloutSize, style: Style): string[] {
  const memory = `${bytesText(cost.resumeMemory)} of memory (a fork ${bytesText(cost.forkMemory)})`;
  const time = cost.resumeSeconds < 0.1 ? 'no time' : secondsText(cost.resumeSeconds);
  return [
    labelled('resume', `${concernText(concern, style)}: about ${memory} and ${time}`, style),
    style.muted(`         to load ${bytesText(cost.bytes)}; estimated from what Codex 0.122 to 0.169 took`),
  ];
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
