import type { FileExcerpt } from './excerpt.ts';

/** A kind of file that this program writes. */
export interface FileKind {
  /** For messages, with an article. */
  readonly name: string;
  /** Whether it holds what people said, so that a new one is its owner's alone. */
  readonly isPrivate: boolean;
  /** Whether an existing file is one that this program wrote: only such a file is replaced without being told to. */
  readonly recognises: (file: FileExcerpt) => boolean;
}

function starts(pattern: RegExp): FileKind['recognises'] {
  return ({ start }) => pattern.test(start.toString('utf8'));
}

/** What `replay --record` and `tap --record` write: an entry of a transcript a line, perhaps with a header. */
export const recording: FileKind = {
  name: 'a recording',
  isPrivate: true,
  recognises: starts(/^\s*\{\s*(?:"seq"\s*:\s*\d+\s*,\s*"atMs"|"transcript")\s*:/),
};

/** What `--html` writes. */
export const page: FileKind = {
  name: 'a page',
  isPrivate: true,
  recognises: starts(
    /^<!doctype html>\s*<html lang="en">\s*<head>\s*<meta charset="utf-8">\s*<meta name="generator" content="rollout-inspect">/,
  ),
};

/** What `tap shim` and `shim` write. */
export const shim: FileKind = {
  name: 'a shim',
  isPrivate: false,
  recognises: starts(/^#!\/bin\/sh\n# rollout-inspect (?:tap|serve) shim\n/),
};

/** What `tap wrap` changes: a client's own file, which is not replaced unless somebody says so. */
export const clientConfiguration: FileKind = { name: 'a configuration', isPrivate: true, recognises: () => false };

/** What `redact` writes. */
export const redactedCopy: FileKind = { name: 'a copy', isPrivate: true, recognises: () => false };

/** What `tap --log` writes. */
export const log: FileKind = { name: 'a log of tap', isPrivate: true, recognises: starts(/^# rollout-inspect tap\b/) };

/**
 * What `check --update` writes. It is ours, too, when somebody damaged it: two of the keys that no other tool has side by
 * side are enough, or the first lines as they are written.
 */
export const expectation: FileKind = {
  name: 'an expectation',
  isPrivate: false,
  recognises: ({ start, end }) => {
    const text = `${start.toString('utf8')}\n${end.toString('utf8')}`;
    const isBegun = /^\s*\{\s*"version"\s*:\s*\d+\s*,/.test(text);
    return /"tokenUsageInfo"\s*:/.test(text) && (isBegun || /"(?:usageOwner|lifecycle)"\s*:/.test(text));
  },
};

/** What `check --update-baseline` writes. */
export const baseline: FileKind = {
  name: 'a baseline',
  isPrivate: false,
  recognises: starts(/^\s*\{\s*"baseline"\s*:\s*\d+\s*,/),
};

/** What `check --reporter name=FILE` writes, by the name of the reporter. */
export const reports = {
  pretty: report(({ end }) => /^\d+ rollouts?: .+$/m.test(end.toString('utf8'))),
  json: report(starts(/^\s*\{\s*"command"\s*:\s*"check"/)),
  ndjson: report(({ end }) => /^\{"command":"check",.*\}\s*$/m.test(end.toString('utf8'))),
  junit: report(starts(/^<\?xml [^>]*>\s*<testsuites name="rollout-inspect check"/)),
  sarif: report(
    starts(
      /^\s*\{\s*"\$schema"[^{}[\]]*"runs"\s*:\s*\[\s*\{\s*"tool"\s*:\s*\{\s*"driver"\s*:\s*\{\s*"name"\s*:\s*"rollout-inspect"/,
    ),
  ),
  html: page,
  github: report(starts(/^(?:::(?:error|warning|notice) (?:file|title)=[^\n]*(?:\n|$))+$/)),
} as const satisfies Readonly<Record<string, FileKind>>;

function report(recognises: FileKind['recognises']): FileKind {
  return { name: 'a report of this kind', isPrivate: false, recognises };
}

/** What `export` writes: a response of the model a line. */
export const usageRows: FileKind = {
  name: 'an export',
  isPrivate: false,
  recognises: starts(/^\{"day":"[^"]*","threadId":/),
};

/** The same as Parquet, which says at its end by what it was made. */
export const usageParquet: FileKind = {
  name: 'an export',
  isPrivate: false,
  recognises: ({ start, end }) =>
    start.subarray(0, 4).equals(PARQUET) && end.includes('rollout-inspect export') && end.subarray(-4).equals(PARQUET),
};

const PARQUET = Buffer.from('PAR1');
