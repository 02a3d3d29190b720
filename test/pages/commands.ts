const embedded = ['--server', 'embedded', '--quiet-ms', '20'];

/** A command line for each page that there is, by a name for it. */
export const commands = {
  replay: ['replay', '--resume', 'samples/0.169.0/fork.jsonl', ...embedded],
  rejoin: ['replay', '--rejoin', 'samples/0.169.0/two-turns.jsonl', ...embedded],
  recording: [
    ...['replay', '--transcript', 'samples/captures/fork-0.169.0.ndjson'],
    ...['--fork', 'samples/0.169.0/fork-with-turn.jsonl'],
  ],
  turns: ['turns', 'samples/0.169.0/compacted.jsonl'],
  size: ['size', 'samples/0.169.0/compacted.jsonl'],
  sizes: ['size', 'samples/0.144.6'],
  tree: ['tree', 'test/forests/spawned-forks-0.164.0/home'],
  recovered: ['tree', 'test/forests/deleted-parent-0.169.0/home', '--evidence', '--by', 'cwd', '--days', 'both'],
  check: ['check', 'test/oracle/exp_2e3', 'test/oracle/bom', 'test/oracle/p_malformed_first', 'samples/0.144.6'],
  sound: ['check', 'samples/0.169.0'],
  compat: ['compat', 'samples/0.169.0/compacted.jsonl', 'test/oracle/bom', '--from', '0.155.0'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
