import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutRecord } from '../../rollout/records/record.ts';
import type { Place } from '../raw-finding.ts';

/** A line of the rollout that is checked, blank ones aside. */
export interface SeenLine {
  readonly place: Place;
  readonly line: Line;
  /** Valid while the line is looked at. */
  readonly bytes: Buffer;
  /** What the emulated version makes of it. */
  readonly record: RolloutRecord;
}

/** Looks at the lines of one rollout, in their order, and tells what it finds to a `FindingList`. */
export interface LineCheck {
  see(line: SeenLine): void;
  /** There are no more lines. */
  end?(): void;
}
