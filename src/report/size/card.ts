import type { RolloutSize } from '../../size/rollout-size.ts';
import { escapeControls } from '../escape-controls.ts';
import { identity, labelled } from '../labelled.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { tableText } from '../table.ts';
import { bytesText, concernText, secondsText, shareText } from './amounts.ts';
import { adviceLines, causeTable, kindTable } from './parts.ts';

/** One rollout's size for people: why it is large, what its bytes are, what it costs Codex, and what can be done. */
export function sizeCard(size: RolloutSize, style: Style): string {
  const { bytes, causes, kinds } = size;
  const head = [
    labelled(
      'rollout',
      `${style.heading(escapeControls(size.path))}  ${style.muted(`${grouped(bytes)} bytes`)}`,
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
    causeTable(causes, bytes, style),
    kindTable(kinds, bytes, style),
    longest(size, style),
    lines([...repeated(size, style), ...resume(size, style), ...adviceLines(causes, bytes)]),
  ].join('\n');
}

function longest({ largest, bytes: whole }: RolloutSize, style: Style): string {
  const rows = largest
    .slice(0, 5)
    .map(({ byteOffset, bytes, kind }) => [
      grouped(byteOffset),
      grouped(bytes),
      shareText(bytes, whole),
      escapeControls(kind),
    ]);
  const [heading = '', ...table] = tableText(
    [
      { title: 'longest lines: at byte', align: 'right' },
      { title: 'bytes', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'kind', align: 'left' },
    ],
    rows,
  ).split('\n');
  return [style.muted(heading), ...table].join('\n');
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
