import type { CheckedRollout, Finding, Rule } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import { escapeControls } from '../escape-controls.ts';
import { jsonText } from '../json.ts';
import { shippedDocuments } from './documents.ts';
import { fileUri } from './file-name.ts';
import { type Reporter, type ReporterSetting, wholeReport } from './reporter.ts';
import { fixLines, followerLines, messageLines, tooManyWarningsText } from './words.ts';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** SARIF 2.1.0, as code scanning services read it. */
export function sarifReporter({ cwd, rules, documents }: ReporterSetting): Reporter {
  return wholeReport((rollouts, { errors, tooManyWarnings }, exitCode) =>
    jsonText({
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'rollout-inspect',
              rules: rules.map((rule) => ruleModel(rule, documents ?? shippedDocuments())),
            },
          },
          invocations: [
            {
              executionSuccessful: errors === 0,
              exitCode,
              ...(tooManyWarnings && {
                toolExecutionNotifications: [
                  { level: 'error', message: { text: tooManyWarningsText(tooManyWarnings) } },
                ],
              }),
            },
          ],
          results: rollouts.flatMap((checked) => results(checked, rules, cwd)),
        },
      ],
    }),
  );
}

function ruleModel({ id, severity, title, why, codex, fix }: Rule, documents: string) {
  const help = `${why}\n\nWhat Codex does: ${codex}\n\nHow to fix it: ${fix}\n\nSee docs/checks.md#${id}.`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: help, markdown: help },
    helpUri: `${documents.replace(/\/$/, '')}/checks.md#${id}`,
    defaultConfiguration: { level: levels[severity] },
  };
}

function results({ path, findings }: CheckedRollout, rules: readonly Rule[], cwd: string) {
  const { uri, isRelative } = fileUri(path, cwd);
  const artifactLocation = isRelative ? { uri, uriBaseId: '%SRCROOT%' } : { uri };
  return findingGroups(findings).map((group) => {
    const { cause, followers, severity } = group;
    const ruleIndex = rules.findIndex(({ id }) => id === cause.id);
    const lines = [
      ...messageLines(cause, unlinked),
      ...followerLines(followers, unlinked),
      ...fixLines(group, unlinked),
    ];
    return {
      ruleId: escapeControls(cause.id),
      ...(ruleIndex >= 0 ? { ruleIndex } : {}),
      level: levels[severity],
      message: { text: lines.join('\n') },
      locations: [{ physicalLocation: { artifactLocation, region: region(cause) } }],
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
