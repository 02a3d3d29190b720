import { runCli } from './run-cli.ts';

/** What the picture shows: commands, and which of the lines that they print. */
const sessions: readonly { readonly args: readonly string[]; readonly shows: RegExp }[] = [
  { args: ['usage', 'samples/0.169.0/fork-with-turn.jsonl'], shows: /^(?!$)/ },
  {
    args: [
      ...['replay', '--transcript', 'samples/captures/fork-resume-0.169.0.ndjson'],
      ...['--resume', 'samples/0.169.0/fork-with-turn.jsonl'],
    ],
    shows: /\d [→←] client .*thread\/resume|hold usage|as it should|^fail|verdict|why|next/,
  },
];

const LONGEST_LINE = 104;
const CHARACTER = { width: 8.43, height: 20 };
const MARGIN = 20;

/** How a style of the terminal is drawn. */
const styles: Readonly<Record<string, string>> = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  35: 'fill="#d2a8ff"',
};

/** The picture of the README as SVG: what real runs print. */
export async function picture(): Promise<string> {
  const lines: string[] = [];
  for (const { args, shows } of sessions) {
    const { stdout } = await runCli([...args, '--color', 'always']);
    if (lines.length > 0) lines.push('');
    lines.push(`\u001b[1m$ rollout-inspect ${args.join(' ')}\u001b[22m`);
    lines.push(...stdout.split('\n').filter((line) => shows.test(plain(line))));
  }
  const width = Math.round(LONGEST_LINE * CHARACTER.width + 2 * MARGIN);
  const height = lines.length * CHARACTER.height + 2 * MARGIN;
  const texts = lines.map((line, i) => {
    const y = MARGIN + CHARACTER.height * (i + 0.75);
    return `<text x="${MARGIN}" y="${y}">${drawn(line)}</text>`;
  });
  const label = 'rollout-inspect says what usage a rollout holds, and that Codex 0.169.0 does not send it on resume';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
${texts.join('\n')}
</g>
</svg>
`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what colours are made of
const STYLED = /\u001b\[(\d+)m(.*?)\u001b\[\d+m/g;

function plain(line: string): string {
  return line.replace(STYLED, '$2');
}

/** A line with its styles, cut to what the picture is wide. */
function drawn(line: string): string {
  let left = LONGEST_LINE;
  const taken = (text: string) => {
    const part = [...text].slice(0, left);
    const isCut = part.length < [...text].length;
    left -= part.length;
    return escaped(isCut && part.length > 0 ? `${part.slice(0, -1).join('')}…` : part.join(''));
  };
  let at = 0;
  let svg = '';
  for (const match of line.matchAll(STYLED)) {
    svg += taken(line.slice(at, match.index));
    svg += `<tspan ${styles[match[1] as string] ?? ''}>${taken(match[2] as string)}</tspan>`;
    at = match.index + match[0].length;
  }
  return svg + taken(line.slice(at));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
