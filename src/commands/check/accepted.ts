import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { acceptableCounts, type Baseline, baselineText, readBaseline, withoutAccepted } from '../../check/baseline.ts';
import type { CheckedRollout } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import type { RuleId } from '../../check/rules/index.ts';
import { UserError } from '../../errors.ts';
import { baseline } from '../../files/kinds.ts';
import { writeOutput } from '../../files/output-file.ts';
import { StrictJsonError } from '../../json/strict-json.ts';

/** The findings that a baseline accepts; or that it will, when it is written anew. */
export class AcceptedFindings {
  readonly #path: string | null;
  readonly #cwd: string;
  readonly #known: Baseline;
  /** What is found, for a baseline that is written anew; null when it is not. */
  readonly #found: Map<string, ReadonlyMap<RuleId, number>> | null;
  /** How many were taken away. */
  count = 0;

  private constructor(path: string | null, cwd: string, known: Baseline, isUpdated: boolean) {
    this.#path = path;
    this.#cwd = cwd;
    this.#known = known;
    this.#found = isUpdated ? new Map(known) : null;
  }

  /** @throws {UserError} when there is no baseline to write, or it cannot be read */
  static async open(path: string | null, isUpdated: boolean, cwd: string): Promise<AcceptedFindings> {
    if (path === null && isUpdated) {
      throw new UserError('--update-baseline needs a baseline', { hint: 'name the file: --baseline FILE' });
    }
    return new AcceptedFindings(path, cwd, path === null ? new Map() : await readAt(path, isUpdated), isUpdated);
  }

  /** The rollout without what is accepted. */
  apply(checked: CheckedRollout): CheckedRollout {
    if (this.#path === null) return checked;
    const name = this.#nameOf(checked.path);
    const counts = acceptableCounts(checked.findings);
    if (counts.size > 0) this.#found?.set(name, counts);
    else this.#found?.delete(name);
    const accepted = this.#found ? counts : this.#known.get(name);
    if (!accepted) return checked;
    const left = withoutAccepted(checked, accepted);
    this.count += findingGroups(checked.findings).length - findingGroups(left.findings).length;
    return left;
  }

  /** Writes the baseline anew if that was asked for. @returns its path, or null. @throws {CannotWrite} */
  async end(): Promise<string | null> {
    if (!this.#found || this.#path === null) return null;
    await writeOutput(this.#path, baseline, { inputs: [], force: false }, baselineText(this.#found));
    return this.#path;
  }

  /** A rollout as the baseline names it. */
  #nameOf(path: string): string {
    const folder = dirname(resolve(this.#cwd, this.#path ?? ''));
    return relative(folder, resolve(this.#cwd, path)).split(sep).join('/');
  }
}

/** The hint for what is no baseline. */
const WRITTEN_BY = 'a baseline is a file that --update-baseline wrote; remove it to begin anew';

async function readAt(path: string, mayBeMissing: boolean): Promise<Baseline> {
  try {
    return readBaseline(await readFile(path));
  } catch (cause) {
    if (cause instanceof StrictJsonError) throw new UserError(`${path}: ${cause.message}`, { cause, hint: WRITTEN_BY });
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return new Map();
    if (code === undefined) throw cause;
    throw new UserError(`cannot read the baseline ${path}: ${code}`, {
      cause,
      hint: 'write it with --update-baseline',
    });
  }
}
