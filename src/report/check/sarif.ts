import type { CheckedRollout, Finding, Rule } from '../../check/finding.ts';
import { escapeControls } from '../escape-controls.ts';
import { jsonText } from '../json.ts';
import { fileUri } from './file-name.ts';
import { type Reporter, type ReporterSetting, wholeReport } from './reporter.ts';
import { messageLines } from './words.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, as code scanning services read it. */
export function sarifReporter({ cwd, rules }: ReporterSetting): Reporter {
  return wholeReport((rollouts, { errors }, exitCode) =>
    jsonText({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'rollout-inspect', rules: rules.map(ruleModel) } },
          invocations: [{ executionSuccessful: errors === 0, exitCode }],
          results: rollouts.flatMap((checked) => results(checked, rules, cwd)),
        },
      ],
    }),
  );
}

function ruleModel({ id, severity, title, why, codex, fix }: Rule) {
  const help = `${why}\n\nWhat Codex does: ${codex}\n\nHow to fix it: ${fix}\n\nSee docs/checks.md#${id}.`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: help, markdown: help },
    defaultConfiguration: { level: levels[severity] },
  };
}

function results({ path, findings }: CheckedRollout, rules: readonly Rule[], cwd: string) {
  const { uri, isRelative } = fileUri(path, cwd);
  const artifactLocation = isRelative ? { uri, uriBaseId: '%SRCROOT%' } : { uri };
  return findings.map((finding) => {
    const ruleIndex = rules.findIndex(({ id }) => id === finding.id);
    return {
      ruleId: escapeControls(finding.id),
      ...(ruleIndex >= 0 ? { ruleIndex } : {}),
      level: levels[finding.severity],
      message: { text: messageLines(finding, unlinked).join('\n') },
      locations: [{ physicalLocation: { artifactLocation, region: region(finding) } }],
    };
  });
}

/** GitHub takes no place without a line. */
function region({ line, byteOffset }: Finding) {
  return { startLine: line ?? 1, ...(byteOffset === null ? {} : { byteOffset }) };
}

/** Foreign text safe to show. SARIF's plain texts have links: `[text](target)`. */
function unlinked(text: string): string {
  return escapeControls(text).replaceAll('](', ']\\x28');
}
