import { type CliSetting, runCli } from './run-cli.ts';

/** A session as a person sees it: the command, what it wrote, and its exit code. */
export async function transcript(args: readonly string[], setting: CliSetting = {}): Promise<string> {
  const { code, stdout, stderr } = await runCli(args, setting);
  const talk = stderr === '' ? '' : `--- standard error\n${stderr}`;
  return `$ rollout-inspect ${args.join(' ')}\n${stdout}${talk}--- exit ${code}\n`;
}
