import type { Rule } from '../../src/check/finding.ts';
import { ruleSection } from '../../src/report/check/index.ts';

const HEAD = `# What \`check\` finds

\`rollout-inspect check\` tells its findings by these ids. Each has a severity: an \`error\` fails the rollout, a
\`warning\` does when there are more than \`--max-warnings\`, an \`info\` never. An error means that Codex does not load the
rollout or loses usage of it, or that the rollout is not as you said it must be; whatever Codex passes over without such a
loss is less.

Another severity, or \`ignore\`, is chosen with \`--severity id=level\` or in \`rollout-inspect.config.json\`; for some of the
files in \`overrides\`, of which the last that matches counts. [ci.md](ci.md) says where that file is looked for, and how old
fixtures are accepted as they are. \`rollout-inspect check --explain ID\` prints a section of this page.

\`\`\`json
{
  "severity": { "in-progress-tail": "error", "unknown-record-kind": "ignore" },
  "overrides": [{ "files": ["old/**"], "severity": { "torn-last-line": "info" } }],
  "maxWarnings": 0
}
\`\`\`

Findings that follow from another one are folded under it: a byte order mark, for example, is the cause, and the
\`cannot-load\` that it leads to makes it an error. JSON has all of them, with the id of the cause in \`because\`. What follows
from another finding is not counted, neither as an error nor as a warning. Of more than 100 findings of one check in a
rollout the rest is counted. This file is made of \`src/check/rules/\` by \`npm run docs\`.
`;

/** The text of `docs/checks.md`: one section for each rule. */
export function rulesDocument(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, severity, title }) => [`[\`${id}\`](#${id})`, severity, title] as const);
  return [HEAD, table([['check', 'severity', 'finds'], ...rows]), ...rules.map(ruleSection)].join('\n');
}

function table(rows: readonly (readonly [string, string, string])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(' | ')} |`);
  return [lines[0], '| --- | --- | --- |', ...lines.slice(1), ''].join('\n');
}
