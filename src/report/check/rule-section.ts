import type { Rule } from '../../check/finding.ts';

/** The section of `docs/checks.md` about a rule, in Markdown. */
export function ruleSection({ id, severity, title, why, codex, fix }: Rule): string {
  const parts = [
    `## ${id}`,
    `**${title.charAt(0).toUpperCase()}${title.slice(1)}.** (${severity})`,
    why,
    `_What Codex does:_ ${codex}`,
    `_How to mend it:_ ${fix}`,
  ];
  return `${parts.join('\n\n')}\n`;
}
