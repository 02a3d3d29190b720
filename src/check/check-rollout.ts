import { statSync } from 'node:fs';
import { type CodexVersion, formatCodexVersion, newestCodex } from '../codex/version.ts';
import { NotARollout } from '../rollout/lines/open-rollout.ts';
import { withCauses } from './causes.ts';
import {
  checkExpectation,
  type ExpectationOptions,
  type Inspect,
  updateExpectation,
  type WrittenExpectation,
} from './expectation/check-expectation.ts';
import type { CheckedRollout } from './finding.ts';
import { inOrder } from './finding-group.ts';
import { type Inspection, type InspectOptions, inspectRollout } from './history/inspect-rollout.ts';
import { type RawFinding, rawFinding } from './raw-finding.ts';
import { type Severities, withSeverities } from './rules/severities.ts';

export interface CheckOptions extends ExpectationOptions, InspectOptions {
  readonly severities: Severities;
  /** Write expectations instead of comparing with them. */
  readonly update: boolean;
  /** Told of each one that was written. */
  readonly onWritten: (written: WrittenExpectation) => void;
  /** What a live server does with a rollout. */
  readonly live: ((path: string) => Promise<readonly RawFinding[]>) | undefined;
}

/**
 * Checks one rollout: its health for every version that was asked for, its expectation, and what a live server does.
 * @throws {CannotJudge}, {NotARollout}, {FileShrank}, {CannotWrite} or the system's error
 */
export async function checkRollout(path: string, options: CheckOptions): Promise<CheckedRollout> {
  const file = statSync(path);
  if (!file.isFile() && !file.isDirectory()) throw new NotARollout('is not a file, so it cannot be read several times');
  const inspect = remembered((version) => inspectRollout(path, version, options));
  const findings: RawFinding[] = [];
  for (const version of options.versions ?? [newestCodex]) findings.push(...(await inspect(version)).findings);
  let { severities } = options;
  if (options.update) {
    const { written, findings: found } = await updateExpectation(path, inspect, options);
    if (written !== null) options.onWritten(written);
    findings.push(...found);
  } else {
    const { findings: found, isMet } = await checkExpectation(path, inspect, options);
    findings.push(...found);
    if (isMet) severities = withAcceptedDeviations(severities);
  }
  if (options.live) findings.push(...(await options.live(path)));
  return checkedRollout(path, findings, severities);
}

/** Deviations that an expectation records are accepted: no more than notes, whatever the user makes of others. */
function withAcceptedDeviations(severities: Severities): Severities {
  return severities.get('deviation') === 'ignore' ? severities : new Map([...severities, ['deviation', 'info']]);
}

/** A rollout that could not be looked at, and why. */
export function unreadableRollout(path: string, reason: string): CheckedRollout {
  return checkedRollout(path, [rawFinding('unreadable-rollout', reason, null)], new Map());
}

/** An expectation beside which there is no rollout. */
export function orphanExpectation(path: string, severities: Severities): CheckedRollout {
  return checkedRollout(path, [rawFinding('orphan-expectation', 'there is no rollout beside it', null)], severities);
}

function checkedRollout(path: string, raw: readonly RawFinding[], severities: Severities): CheckedRollout {
  const findings = inOrder(withCauses(withSeverities(distinct(raw), severities)));
  const isUnknown = raw.some(({ id }) => id === 'unreadable-rollout' || id === 'server-failed');
  const hasFailed = findings.some(({ severity }) => severity === 'error');
  return { path, status: isUnknown ? 'error' : hasFailed ? 'fail' : 'pass', findings };
}

/** Several versions find the same. */
function distinct(findings: readonly RawFinding[]): RawFinding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function remembered(inspect: (version: CodexVersion) => Promise<Inspection>): Inspect {
  const inspections = new Map<string, Promise<Inspection>>();
  return (version) => {
    const name = formatCodexVersion(version);
    const known = inspections.get(name) ?? inspect(version);
    inspections.set(name, known);
    return known;
  };
}
