import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import type { OnResume } from '../../sessions/on-resume.ts';
import type { Session } from '../../sessions/session.ts';
import { titleText } from '../title.ts';

/** A session with its restored usage, and what a client will see of it. */
export interface ListedSession extends Session {
  readonly tokenUsageInfo: TokenUsageInfo | null;
  readonly contextLeftPercent: number | null;
  readonly onResume: OnResume;
}

/** What there is to say besides the sessions. */
export interface SessionsSummary {
  readonly exitCode: number;
  readonly codexHome: string;
  /** How many rollouts were looked at. */
  readonly rollouts: number;
  /** How many sessions were found: more than are shown, when these are limited. */
  readonly found: number;
  /** How much of an id tells it from all others in the home. */
  readonly idLength: number;
  readonly now: Date;
}

/** What people know a session by. */
export function titleOf({ name, firstPrompt }: Session): string | null {
  const text = name ?? firstPrompt;
  return text === null ? null : titleText(text);
}

/** A session as programs get it: keys are only added. */
export function sessionJson(session: ListedSession) {
  return {
    threadId: session.threadId,
    path: session.path,
    updatedAt: session.updatedAt,
    name: session.name,
    title: titleOf(session),
    cwd: session.cwd,
    client: session.client,
    subAgent: session.subAgent,
    cliVersion: session.cliVersion,
    forkedFromId: session.forkedFromId,
    bytes: session.bytes,
    archived: session.isArchived,
    reverted: session.isReverted,
    inProgress: session.inProgress,
    tokenUsageInfo: session.tokenUsageInfo,
    contextLeftPercent: session.contextLeftPercent,
    onResume: { outcome: session.onResume.outcome, why: 'why' in session.onResume ? session.onResume.why : null },
  };
}
