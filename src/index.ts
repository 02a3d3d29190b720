/** The library: what the commands use. */

export type { TokenUsage, TokenUsageInfo } from './codex/records/token-count.ts';
export { BadThreadId } from './history/thread-id.ts';
export { findRollout, type HomeOptions } from './library/find-rollout.ts';
export { type JudgedLifecycle, type JudgeOptions, judgeTranscript } from './library/judge-transcript.ts';
export { sessions } from './library/sessions.ts';
export { type ServerOptions, type StartedServer, startServer } from './library/start-server.ts';
export { toJson } from './library/to-json.ts';
export type { LifecycleError, ReplayedUsage } from './lifecycle/outcome.ts';
export { type Prediction, type PredictOptions, predictLifecycle } from './lifecycle/predict.ts';
export { BadRecording } from './replay/judge/recorded.ts';
export { NotARollout } from './rollout/lines/open-rollout.ts';
export type { SessionFilter, SessionList } from './sessions/list-sessions.ts';
export type { Session } from './sessions/session.ts';
export type { Notice, NoticeId } from './usage/notice.ts';
export { type NoUsageReason, type RestoredUsage, type RestoreOptions, restoreUsage } from './usage/restore-usage.ts';
export type { ThreadTokenUsage, TokenUsageBreakdown } from './wire/thread-token-usage.ts';
