import { setTimeout } from 'node:timers/promises';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { memberAt } from '../../json/json-value.ts';
import { now } from '../clock.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import { turnContextRecord } from '../store/settings-record.ts';
import type { RunningTurn, Thread } from '../thread.ts';
import { uuid7 } from '../uuid7.ts';
import { askForApproval } from './approval.ts';
import { keep } from './hold-turn.ts';
import { messageRecord, saidByModel, saidByUser, textOf } from './said-items.ts';
import {
  callRecords,
  commandBegun,
  commandItem,
  type Outcome,
  searchItem,
  thought,
  writeBegun,
  writeItem,
} from './tool-items.ts';
import type { ScriptStep, TurnScript } from './turn-script.ts';
import { type Ending, type Happening, type NewItem, TurnVoice } from './turn-voice.ts';
import { chargedUsage, WINDOW } from './usage-records.ts';

/** A turn that follows a script, step by step: it can be steered and interrupted. */
export class LiveTurn implements RunningTurn {
  readonly turnId: string;
  /** Fulfils when it has come to its end, however that is. Never rejects. */
  readonly ended: Promise<void>;
  readonly #server: ServerState;
  readonly #thread: Thread;
  readonly #script: TurnScript;
  readonly #voice: TurnVoice;
  readonly #stopping = new AbortController();
  readonly #input: (readonly JsonValue[])[];

  constructor(server: ServerState, thread: Thread, script: TurnScript, input: readonly JsonValue[]) {
    this.turnId = uuid7();
    this.#server = server;
    this.#thread = thread;
    this.#script = script;
    this.#voice = new TurnVoice(thread, server, this.turnId);
    this.#input = [input];
    // It begins when whoever started it has been answered.
    this.ended = setTimeout(0).then(() => this.#run());
  }

  /** Says something more to the model, before its next step. */
  steer(input: readonly JsonValue[]): void {
    this.#input.push(input);
  }

  /** Fulfils when the turn has ended. */
  interrupt(): Promise<void> {
    this.#stopping.abort();
    return this.ended;
  }

  async #run(): Promise<void> {
    const thread = this.#thread;
    try {
      await this.#happen(this.#voice.begin(thread.tokenUsageInfo()?.model_context_window ?? WINDOW));
      await this.#write(turnContextRecord(this.turnId, thread.settings));
      await this.#end(await this.#steps());
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      for (const step of this.#voice.end({ status: 'failed', error: turnError(message) }).told) deliver(step);
    } finally {
      thread.turn = null;
    }
  }

  /** Does all steps, and says how the turn ends. */
  async #steps(): Promise<Ending> {
    for (const step of this.#script.steps) {
      await this.#takeInput();
      if (this.#stopping.signal.aborted) return { status: 'interrupted' };
      if (step.kind === 'fail') return { status: 'failed', error: turnError(step.message) };
      if (!(await this.#do(step))) return { status: 'interrupted' };
    }
    await this.#takeInput();
    return this.#stopping.signal.aborted ? { status: 'interrupted' } : { status: 'completed' };
  }

  /** Whether the turn goes on after it. */
  async #do(step: Exclude<ScriptStep, { kind: 'fail' }>): Promise<boolean> {
    const id = uuid7();
    const { cwd } = this.#thread.settings;
    switch (step.kind) {
      case 'wait':
        await setTimeout(step.ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
        return true;
      case 'say':
        await this.#item(saidByModel(`msg_${id}`, step.text));
        await this.#write(messageRecord('assistant', step.text));
        return true;
      case 'think':
        return this.#item(thought(id, step.text));
      case 'search':
        return this.#item(searchItem(id, step.query));
      case 'run': {
        const command = { ...step, cwd };
        const came: Outcome = step.exitCode === 0 ? 'completed' : 'failed';
        const request = { command: `/bin/bash -lc '${step.command}'`, cwd, reason: null };
        const ask = () => this.#mayDo('item/commandExecution/requestApproval', id, commandBegun(id, command), request);
        const allowed = step.needsApproval ? await ask() : 'accept';
        if (allowed === 'cancel') return false;
        const [outcome, output] = allowed === 'accept' ? [came, step.output] : (['declined', 'declined'] as const);
        await this.#item(commandItem(id, command, outcome), step.needsApproval);
        return this.#write(...callRecords(id, 'exec_command', { cmd: step.command }, output));
      }
      case 'write': {
        const write = { ...step, cwd };
        const ask = () => this.#mayDo('item/fileChange/requestApproval', id, writeBegun(id, write), { reason: null });
        const allowed = step.needsApproval ? await ask() : 'accept';
        if (allowed === 'cancel') return false;
        const outcome = allowed === 'accept' ? 'completed' : 'declined';
        await this.#item(writeItem(id, write, outcome), step.needsApproval);
        return this.#write(...callRecords(id, 'apply_patch', { path: step.path }, outcome));
      }
    }
  }

  /** Asks whoever sees the turn. Nobody left to ask, or an interrupt, is a no to all of it. */
  async #mayDo(
    method: string,
    itemId: string,
    begun: JsonObject,
    params: JsonObject,
  ): Promise<'accept' | 'decline' | 'cancel'> {
    const { turnId } = this;
    const startedAtMs = now();
    deliver(this.#voice.status({ type: 'active', activeFlags: ['waitingOnApproval'] }));
    deliver(this.#voice.tell('item/started', { item: begun, turnId, startedAtMs }));
    const asked = { threadId: this.#thread.meta.id, turnId, itemId, startedAtMs, ...params };
    const answer = await askForApproval([...this.#thread.attached], method, asked, this.#stopping.signal);
    if (answer.requestId !== null) {
      deliver(this.#voice.tell('serverRequest/resolved', { requestId: answer.requestId }));
      deliver(this.#voice.status({ type: 'active', activeFlags: [] }));
    }
    const decision = memberAt(answer.result, 'decision');
    if (decision === 'accept' || decision === 'acceptForSession') return 'accept';
    return decision === 'decline' ? 'decline' : 'cancel';
  }

  async #takeInput(): Promise<void> {
    for (let input = this.#input.shift(); input; input = this.#input.shift()) {
      await this.#write(messageRecord('user', textOf(input)));
      await this.#item(saidByUser(uuid7(), input, null));
      this.#thread.recordPrompt(textOf(input));
    }
  }

  /** `wasBegun`: its begin was told already. */
  async #item(item: NewItem, wasBegun = false): Promise<true> {
    const { records, told } = this.#voice.item(item, [now(), now()]);
    return this.#happen({ records, told: wasBegun ? told.slice(1) : told });
  }

  async #end(ending: Ending): Promise<void> {
    if (ending.status === 'completed') {
      const usage = chargedUsage(this.#thread.tokenUsageInfo(), this.#script.usage);
      await this.#happen(this.#voice.usage(usage));
      this.#thread.recordUsage(usage);
    }
    // What comes after the end must not meet a turn that seems to go on.
    const end = this.#voice.end(ending);
    await this.#write(...end.records);
    this.#thread.turn = null;
    for (const step of end.told) deliver(step);
  }

  async #happen({ records, told }: Happening): Promise<true> {
    await this.#write(...records);
    for (const step of told) deliver(step);
    return true;
  }

  async #write(...records: Happening['records']): Promise<true> {
    const { rollout, meta } = this.#thread;
    await this.#server.rolloutQueue.run(rollout?.path ?? meta.id, () => keep(this.#thread, records, this.#server));
    return true;
  }
}

function turnError(message: string): JsonObject {
  return { message, codexErrorInfo: 'other', additionalDetails: null, misalignment: null };
}

/** Tells what happens while nobody waits for an answer. */
function deliver(step: Step): void {
  if (step.kind !== 'notification') return;
  for (const to of step.to) void to.notify(step.method, step.params);
}
