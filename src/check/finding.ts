export type Severity = 'error' | 'warning' | 'info' | 'ignore';

/** Something that a check found in a rollout. */
export interface Finding {
  /** Of the rule that found it: see `rules`. */
  readonly id: string;
  /** After what the user has configured; what is ignored is no finding. */
  readonly severity: Exclude<Severity, 'ignore'>;
  /** One line, which may hold foreign text. */
  readonly message: string;
  /** Where the line begins, in bytes; null when it is about no line. */
  readonly byteOffset: number | null;
  /** The same as a line number, from 1. */
  readonly line: number | null;
  /** Where something else was expected: what, and what is there. */
  readonly expected: string | null;
  readonly actual: string | null;
  /** The id of the finding of this rollout from which this one follows; null when it stands for itself. */
  readonly because: string | null;
  /** A command line that accepts what was found; null where there is none. */
  readonly fix: string | null;
}

/** What became of one rollout. */
export interface CheckedRollout {
  readonly path: string;
  /** Fail: it has errors. Error: it could not be looked at; the one finding says why. */
  readonly status: 'pass' | 'fail' | 'error';
  /** What follows from another one stands behind it. The gravest come first, then by line and id. */
  readonly findings: readonly Finding[];
}

/** What became of a run. */
export interface CheckSummary {
  readonly passed: number;
  readonly failed: number;
  readonly errors: number;
  /** Set when the run fails for its warnings, of which no rollout alone has too many. */
  readonly tooManyWarnings: { readonly found: number; readonly allowed: number } | null;
  /** How many findings the baseline accepts, which are told nowhere else. */
  readonly accepted: number;
  /** The configuration that counts; null when there is none. */
  readonly configuration: string | null;
}

/** A rule, in the words of `docs/checks.md`. */
export interface Rule {
  readonly id: string;
  /** Unless the user says otherwise. */
  readonly severity: Exclude<Severity, 'ignore'>;
  /** What it finds, in a few words. */
  readonly title: string;
  /** What that is, and why it matters. */
  readonly why: string;
  /** What Codex does about it, and since which version. */
  readonly codex: string;
  /** What to do about it. */
  readonly fix: string;
}
