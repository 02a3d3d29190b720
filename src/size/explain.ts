import type { CauseId } from './cause.ts';
import type { CauseSize } from './rollout-size.ts';
import type { Amount } from './tally.ts';

/** What is known besides a cause's own count. */
export interface ImageFacts {
  /** Inline data that is different from all other. */
  readonly unique: number;
  /** How much of all inline data stands in compacted histories, and how many of these there are. */
  readonly inCompactions: number;
  readonly compactions: number;
}

interface Words {
  /** What the bytes are, in the middle of a sentence. */
  readonly name: string;
  readonly message: (count: number, images: ImageFacts) => string;
  /** What can be done about it. */
  readonly advice: string;
}

const causeWords: Readonly<Record<CauseId, Words>> = {
  'copied-parent': {
    name: 'a copy of the parent',
    message: (count) => `${lines(count)} copied from the thread that this one was forked from`,
    advice: 'a paginated thread (Codex 0.145 and newer) refers to its parent instead of copying it',
  },
  'inline-images': {
    name: 'inline images',
    message: (count, { unique, inCompactions, compactions }) => {
      const where = `${number(inCompactions)} of them in ${number(compactions)} compacted ${plural(compactions, 'history', 'histories')}`;
      const copies = `${number(count)} ${plural(count, 'copy', 'copies')}`;
      return `${number(unique)} different ${plural(unique, 'image')} (or other base64 data), ${copies}${inCompactions > 0 ? `, ${where}` : ''}`;
    },
    advice:
      'name image files by path instead of pasting them, and go on in a new thread: each compaction copies them again',
  },
  'compacted-history': {
    name: 'compacted history',
    message: (count) => `${number(count)} ${plural(count, 'compaction')}, each with the history that it keeps`,
    advice: 'go on in a new thread: each compaction writes down again what the model is shown from then on',
  },
  'tool-output': {
    name: 'tool output',
    message: (count) => `${lines(count)} of what commands and tools gave back`,
    advice: 'have commands print less, or into a file',
  },
  'tool-calls': {
    name: 'tool calls',
    message: (count) => `${lines(count)} of commands, patches and other calls`,
    advice: 'large patches and scripts stand in the call itself: have files written in parts',
  },
  reasoning: {
    name: 'reasoning',
    message: (count) => `${lines(count)} of reasoning, mostly encrypted`,
    advice: 'a lower reasoning effort writes less',
  },
  messages: {
    name: 'messages',
    message: (count) => `${lines(count)} of what the user, the model and Codex said`,
    advice: 'paste less text: name files by path',
  },
  instructions: {
    name: 'instructions and settings',
    message: (count) => `${lines(count)} that give the instructions, the settings or the state of the world again`,
    advice: 'shorter instructions (AGENTS.md, skills) weigh less, since they are written down again and again',
  },
  bookkeeping: {
    name: 'bookkeeping',
    message: (count) => `${lines(count)} of token counts, turn starts and ends and the like`,
    advice: 'nothing: each turn needs it',
  },
  'unknown-kinds': {
    name: 'lines of unknown kinds',
    message: (count) => `${lines(count)} of kinds that are not known here`,
    advice: 'see the kinds',
  },
  unreadable: {
    name: 'lines that cannot be read',
    message: (count) => `${lines(count)} that are no records`,
    advice: 'rollout-inspect check names them',
  },
  'blank-lines': {
    name: 'blank lines',
    message: (count) => lines(count),
    advice: 'Codex passes over them: they can be removed from a rollout that is not paginated',
  },
};

/** A cause with the words for it. */
export function explained(id: CauseId, { count, bytes }: Amount, images: ImageFacts): CauseSize {
  const { name, message, advice } = causeWords[id];
  return { id, name, bytes, count, message: message(count, images), advice };
}

/** One sentence that says why what is measured has its size. `largest`: the first of its causes. */
export function whyLarge(bytes: number, largest: CauseSize | undefined): string {
  if (!largest) return 'It is empty.';
  return `${Math.round((largest.bytes / bytes) * 100)}% of it is ${largest.name}: ${largest.message}.`;
}

function lines(count: number): string {
  return `${number(count)} ${plural(count, 'line')}`;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}
