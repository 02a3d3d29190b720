/** The library: what the commands use. */

export type { TokenUsage, TokenUsageInfo } from './codex/records/token-count.ts';
export type { LifecycleError, ReplayedUsage } from './lifecycle/outcome.ts';
export { type Prediction, type PredictOptions, predictLifecycle } from './lifecycle/predict.ts';
export { NotARollout } from './rollout/lines/open-rollout.ts';
export type { Notice, NoticeId } from './usage/notice.ts';
export { type NoUsageReason, type RestoredUsage, type RestoreOptions, restoreUsage } from './usage/restore-usage.ts';
export type { ThreadTokenUsage, TokenUsageBreakdown } from './wire/thread-token-usage.ts';
