import { type CliSetting, runCli } from './run-cli.ts';

/** A message of a transcript. Its integers went through JSON.parse: compare token counts in the raw text. */
export interface ReplayedMessage {
  readonly seq: number;
  readonly connection: 'client' | 'observer';
  readonly direction: 'sent' | 'received';
  readonly message: {
    readonly id?: number;
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
    readonly result?: { readonly thread?: { readonly id: string }; readonly modelProvider?: string };
  };
}

/** What `replay --json` prints, as far as tests look at it. */
export interface ReplayJson {
  readonly exitCode: number;
  readonly threadId: string;
  readonly newThreadId: string | null;
  readonly server: { readonly kind: string; readonly version: string | null };
  readonly deviations: readonly { readonly id: string; readonly since: string | null; readonly until: string | null }[];
  readonly transcript: readonly ReplayedMessage[];
  readonly checks: readonly {
    readonly id: string;
    readonly status: 'pass' | 'fail' | 'skip';
    readonly detail: string;
  }[];
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly explained: boolean;
  readonly failure: string | null;
}

/** Runs `replay … --json` in this process. @throws when it prints no report, with what it said instead */
export async function replayJson(args: readonly string[], setting?: CliSetting): Promise<ReplayJson> {
  const { code, stdout, stderr } = await runCli(['replay', ...args, '--json'], setting);
  if (stdout === '') throw new Error(`replay ${args.join(' ')} ended with ${code}: ${stderr}`);
  const report = JSON.parse(stdout) as ReplayJson;
  if (report.exitCode !== code) throw new Error(`exit code ${code}, but ${report.exitCode} in the report`);
  return report;
}

/** The ids of the checks that failed. */
export function failedChecks({ checks }: ReplayJson): string[] {
  return checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}
