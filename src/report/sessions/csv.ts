import { tokenUsageKeys } from '../../codex/records/token-count.ts';
import { type CsvCell, csvLine } from '../csv.ts';
import { type ListedSession, sessionJson } from './model.ts';

/** A header, and a row per session: the keys of the JSON form, usage and outcome in columns of their own. */
export function sessionsCsv(sessions: readonly ListedSession[]): string {
  const usages = ['total_token_usage', 'last_token_usage'] as const;
  const header = [
    ...plainKeys,
    ...usages.flatMap((usage) => tokenUsageKeys.map((key) => `${usage}.${key}`)),
    'model_context_window',
    'onResume',
    'onResume.why',
  ];
  const rows = sessions.map((session) => {
    const json = sessionJson(session);
    const info = session.tokenUsageInfo;
    return [
      ...plainKeys.map((key): CsvCell => json[key]),
      ...usages.flatMap((usage) => tokenUsageKeys.map((key) => info?.[usage][key] ?? null)),
      info?.model_context_window ?? null,
      json.onResume.outcome,
      json.onResume.why,
    ];
  });
  return [header, ...rows].map(csvLine).join('');
}

const plainKeys = [
  ...(['threadId', 'path', 'updatedAt', 'name', 'title', 'cwd', 'client', 'subAgent', 'cliVersion'] as const),
  ...(['forkedFromId', 'bytes', 'archived', 'reverted', 'inProgress', 'contextLeftPercent'] as const),
];
