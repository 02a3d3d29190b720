import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { JsonObject } from '../../json/json-value.ts';
import { shellLine } from '../items/wire-words.ts';
import type { NewRecord } from '../store/rollout-writer.ts';
import type { NewItem } from './turn-voice.ts';

/** How something that the model wanted to do came out. */
export type Outcome = 'completed' | 'failed' | 'declined';

/** What the model thinks. */
export function thought(id: string, text: string): NewItem {
  const item = { type: 'reasoning', id, summary: [text], content: [] };
  return {
    item,
    kept: { type: 'Reasoning', id, summary_text: [text], raw_content: [] },
    event: { type: 'agent_reasoning', text },
    begun: { ...item, summary: [] },
    deltas: [
      ['item/reasoning/summaryPartAdded', { summaryIndex: 0 }],
      ['item/reasoning/summaryTextDelta', { summaryIndex: 0, delta: text }],
    ],
  };
}

/** A command that the model wanted to run, or the user. */
export interface Command {
  readonly command: string;
  readonly output: string;
  readonly exitCode: number;
  readonly cwd: string;
  /** Who runs it: the model unless it is said. */
  readonly source?: 'agent' | 'userShell';
}

/** A command on the wire before it ran. */
export function commandBegun(id: string, { command, cwd, source = 'agent' }: Command): JsonObject {
  return {
    ...{ type: 'commandExecution', id, command: shellLine(words(command)), cwd, processId: null, source },
    ...{ status: 'inProgress', commandActions: [{ type: 'unknown', command }], aggregatedOutput: null },
    ...{ exitCode: null, durationMs: null, pluginId: null, scriptPath: null },
  };
}

export function commandItem(id: string, command: Command, status: Outcome): NewItem {
  const ran = status !== 'declined';
  const begun = commandBegun(id, command);
  const [aggregatedOutput, exitCode] = ran ? [command.output || null, command.exitCode] : [null, null];
  const parsed_cmd = [{ type: 'unknown', cmd: command.command }];
  const source = command.source === 'userShell' ? 'user_shell' : 'agent';
  const of = { command: words(command.command), parsed_cmd, source, status };
  const came = {
    aggregated_output: aggregatedOutput ?? '',
    exit_code: exitCode ?? -1,
    duration: { secs: 0, nanos: 0 },
  };
  return {
    item: { ...begun, status, aggregatedOutput, exitCode, durationMs: ran ? 0 : null },
    kept: { type: 'CommandExecution', id, cwd: pathToFileURL(command.cwd).href, ...of, ...came },
    event: null,
    begun,
    deltas: ran && command.output !== '' ? [['item/commandExecution/outputDelta', { delta: command.output }]] : [],
  };
}

/** A file that the model wanted to write. */
export interface FileWrite {
  readonly path: string;
  readonly content: string;
  readonly cwd: string;
}

export function writeBegun(id: string, { path, content, cwd }: FileWrite): JsonObject {
  const changes = [{ path: absolute(path, cwd), kind: { type: 'add' }, diff: content }];
  return { type: 'fileChange', id, changes, status: 'inProgress' };
}

export function writeItem(id: string, write: FileWrite, status: Outcome): NewItem {
  const begun = writeBegun(id, write);
  const changes = { [absolute(write.path, write.cwd)]: { type: 'add', content: write.content } };
  const success = status === 'completed';
  return {
    item: { ...begun, status },
    kept: { type: 'FileChange', id, changes, status, stdout: '', stderr: '' },
    event: { type: 'patch_apply_end', call_id: id, stdout: '', stderr: '', success, changes, status },
    begun,
  };
}

export function searchItem(id: string, query: string): NewItem {
  const action = { type: 'search', query };
  return {
    item: { type: 'webSearch', id, query, action: { ...action, queries: null }, results: null },
    kept: { type: 'WebSearch', id, query, action },
    event: { type: 'web_search_end', call_id: id, query, action },
    begun: { type: 'webSearch', id, query: '', action: { type: 'other' }, results: null },
  };
}

/** What the model is shown of a tool that it called, when the thread goes on. */
export function callRecords(callId: string, name: string, args: JsonObject, output: string): NewRecord[] {
  const call = { type: 'function_call', name, arguments: JSON.stringify(args), call_id: callId };
  return [call, { type: 'function_call_output', call_id: callId, output }].map((payload) => ({
    type: 'response_item',
    payload,
  }));
}

function words(command: string): string[] {
  return ['/bin/bash', '-lc', command];
}

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : resolve(cwd, path);
}
