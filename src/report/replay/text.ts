import type { JudgedCheck, Question } from '../../replay/judge/judge.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { escapeControls } from '../escape-controls.ts';
import { folded } from '../folded.ts';
import { jsonText } from '../json.ts';
import type { Viewer } from '../output-format.ts';
import { shortPath } from '../short-path.ts';
import type { Style } from '../style.ts';
import type { ReplayModel } from './model.ts';
import { Summarizer, shortened } from './summary.ts';

/** The three questions in words. */
export const asked: Record<Question['id'], string> = {
  'rollout-has-usage': 'Does the rollout hold usage?',
  'server-replayed-usage': 'Did the server replay it as it should?',
  'connection-stayed': 'Did the connection stay?',
};

/** Terminals of fewer columns are shown messages without their times, or their kinds. */
const WITH_TIME = 60;
const WITH_KIND = 80;
/** The fewest columns for words about a message that are worth to be shown. */
const FEWEST = 12;

/** The stream of a replay for people, a line a message, with the time since the request that is judged. */
export class StreamText {
  readonly #summarizer = new Summarizer();
  readonly #style: Style;
  readonly #full: boolean;
  readonly #namesConnections: boolean;
  readonly #columns: number;
  #requestedAt: number | undefined;

  /** `full`: with the bodies. `namesConnections`: there is more than one. `columns`: what a line may take. */
  constructor(style: Style, full: boolean, namesConnections: boolean, columns: number) {
    this.#style = style;
    this.#full = full;
    this.#namesConnections = namesConnections;
    this.#columns = columns;
  }

  /** `isRequest`: it is the request that is judged. */
  line(entry: TranscriptEntry, isRequest: boolean): string {
    if (isRequest) this.#requestedAt = entry.atMs;
    const { kind, method, words } = this.#summarizer.summarize(entry);
    const time = this.#requestedAt === undefined ? '-' : (entry.atMs - this.#requestedAt).toFixed(1);
    const arrow = entry.direction === 'sent' ? '→' : '←';
    const connection = this.#namesConnections ? `${entry.connection.padEnd(9)}` : '';
    const showsTime = this.#columns >= WITH_TIME;
    const showsKind = this.#columns >= WITH_KIND;
    const start = `${showsTime ? `${time.padStart(9)} ` : ''}${arrow} ${connection}${showsKind ? kind.padEnd(13) : ''}`;
    // Without its kind an answer is told from the request by the arrow, and an error by its name.
    const named = showsKind || !/^(?:error|unreadable)$/.test(kind) ? method : `${kind} ${method}`;
    const name = `${named} `.padEnd(26);
    const head = method === 'thread/tokenUsage/updated' ? this.#style.heading(name) : name;
    const room = this.#columns - start.length - name.length;
    const text = `${this.#style.muted(start)}${head}${room < FEWEST ? '' : shortened(words, room)}`.trimEnd();
    return this.#full ? `${text}\n${indented(jsonText(entry.message))}` : `${text}\n`;
  }
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(12));
}

/** What is said before the stream. */
export function replayHead(
  { lifecycle, threadId, rollout, server }: ReplayModel['head'],
  style: Style,
  { columns, place }: Viewer,
): string {
  const what = `${lifecycle} of thread ${escapeControls(threadId)}`;
  return [
    `${style.muted('replay   ')}${style.heading(what)}`,
    `${style.muted('rollout  ')}${escapeControls([shortPath(rollout.path, place), ...rollout.notes].join(', '))}`,
    `${style.muted('server   ')}${escapeControls(server)}`,
  ]
    .map((line) => `${folded(line, columns)}\n`)
    .join('');
}

/** What is said after it: the questions, the checks, the verdict, and why. */
export function replayEnd(end: ReplayModel['end'], style: Style, { columns, place }: Viewer): string {
  const { judgement, serverName, yardstick, failure, rollout } = end;
  const { questions, checks, verdict } = judgement;
  const from = rollout.restoredFrom?.path ?? rollout.path;
  const paint = { pass: style.good, fail: style.bad, inconclusive: style.warning }[verdict];
  const by = yardstick === 'contract' ? 'by the contract' : `by what ${escapeControls(serverName)} is known to do`;
  return [
    '',
    ...questions.map(({ id, answer, detail }) => {
      const seen = detail.replaceAll(from, () => shortPath(from, place));
      return `${asked[id].padEnd(39)} ${answer.padEnd(7)} ${style.muted(escapeControls(seen))}`;
    }),
    '',
    ...checks.map((check) => checkLine(check, style)),
    '',
    `${style.muted('verdict  ')}${paint(verdict)} ${by}${failure === null ? '' : `; the server failed: ${escapeControls(failure)}`}`,
    ...modelNote(end).map(([label, note]) => `${style.muted(label.padEnd(9))}${note}`),
    ...nextSteps(end).flatMap(({ why, next }) => [
      `${style.muted('why      ')}${escapeControls(why)}`,
      `${style.muted('next     ')}${escapeControls(next)}`,
    ]),
  ]
    .map((line) => `${folded(line, columns)}\n`)
    .join('');
}

/** Who was judged, where it was no Codex: a model that is held to Codex, but is not it. */
export function modelNote({ server: { kind, emulates } }: ReplayModel['end']): readonly (readonly [string, string])[] {
  if (kind !== 'embedded') return [];
  return [
    ['judged', `the model of Codex ${emulates ?? ''} that is built in, not Codex itself`],
    ['instead', 'put codex on the PATH, name it with --codex-bin PATH, or run one with -- codex app-server'],
  ];
}

function checkLine({ id, status, detail }: JudgedCheck, style: Style): string {
  const text = `${status}  ${id.padEnd(25)}${escapeControls(detail)}`;
  return status === 'fail' ? style.bad(text) : status === 'skip' ? style.muted(text) : text;
}

/** Why a replay failed and what to do, in words that may hold foreign text; empty when it did not. */
export function nextSteps({ judgement, serverName, yardstick }: ReplayModel['end']): { why: string; next: string }[] {
  const { verdict, expected, deviations, explained } = judgement;
  if (verdict !== 'fail') return [];
  if (yardstick === 'contract' && expected.error) {
    const why = `the rollout cannot be loaded: ${expected.error.message}`;
    return [{ why, next: 'rollout-inspect check says what is wrong with it' }];
  }
  if (explained && deviations.length > 0) {
    return deviations.map(({ id, since, until, message, advice }) => {
      const span = `${since ? `, since ${since}` : ''}${until ? `, until ${until}` : ''}`;
      return { why: `${serverName} is known for it: ${message} (${id}${span})`, next: advice };
    });
  }
  const why =
    yardstick === 'version' ? `${serverName} does not do what it was known to do` : `not known of ${serverName}`;
  return [{ why, next: 'look at the messages with --full, keep them with --record FILE, try another server' }];
}
