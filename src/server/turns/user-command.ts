import { now } from '../clock.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { keep } from './hold-turn.ts';
import { messageRecord } from './said-items.ts';
import { commandItem } from './tool-items.ts';
import { TurnVoice } from './turn-voice.ts';
import { WINDOW } from './usage-records.ts';

/**
 * A command of the user, in a turn of its own without the model (measured on 0.144.6, 0.160.0 and 0.169.0). It is not run: it is
 * told, and kept, as one that wrote nothing and ended well.
 * @returns what is to be told
 * @throws {RequestError} or the system's error when the rollout cannot be written; then nothing has happened
 */
export async function runUserCommand(server: ServerState, thread: Thread, command: string): Promise<Step[]> {
  const voice = new TurnVoice(thread, server, uuid7());
  const begun = voice.begin(thread.tokenUsageInfo()?.model_context_window ?? WINDOW);
  const ran = { command, output: '', exitCode: 0, cwd: thread.settings.cwd, source: 'userShell' } as const;
  const item = voice.item(commandItem(uuid7(), ran, 'completed'), [now(), now()]);
  const result = '<result>\nExit code: 0\nDuration: 0.0000 seconds\nOutput:\n\n</result>';
  const shown = messageRecord(
    'user',
    `<user_shell_command>\n<command>\n${command}\n</command>\n${result}\n</user_shell_command>`,
  );
  const ended = voice.end({ status: 'completed' });
  await keep(thread, [...begun.records, ...item.records, shown, ...ended.records], server);
  return [...begun.told, ...item.told, ...ended.told];
}
