import fc from 'fast-check';

/** Stands for the thread's id in a random rollout. */
export const THREAD = '$THREAD';

/** A line before it is written: a record without timestamp and ordinal, or text that is no record. */
type Piece = TypedPiece | { readonly text: string };
interface TypedPiece {
  readonly type: string;
  readonly payload: unknown;
  readonly damage?: Damage;
}

/** How a record is spoilt, or at least changed. */
type Damage =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'tail'; readonly text: string }
  | { readonly kind: 'no timestamp' }
  | { readonly kind: 'replaced' | 'removed'; readonly member: number; readonly value: unknown };

type Pieces = fc.Arbitrary<readonly Piece[]>;

/** Which turn a record names: the one started last, a new one, one started before, none that there is. */
const TURN = { new: '$NEW', last: '$LAST', before: '$BEFORE', first: '$FIRST', unknown: '$UNKNOWN' } as const;

const TIMESTAMP = '2026-03-27T10:00:00.000Z';
const record = (type: string, payload: unknown): Piece => ({ type, payload });
const event = (type: string, members: object = {}): Piece => record('event_msg', { type, ...members });
const one = (piece: Piece): Pieces => fc.constant([piece]);
const said = fc.constantFrom('hello', 'go on', '');

const joined = (...parts: Pieces[]): Pieces => fc.tuple(...parts).map((pieces) => pieces.flat());
const repeated = (part: Pieces, maxLength: number): Pieces =>
  fc.array(part, { maxLength }).map((pieces) => pieces.flat());
const perhaps = (part: Pieces): Pieces => fc.oneof(part, fc.constant([]));

const tokens = fc.oneof({ weight: 9, arbitrary: fc.nat(100_000) }, fc.constantFrom(0, -1));
const usage = fc.record({
  input_tokens: tokens,
  cached_input_tokens: tokens,
  cache_write_input_tokens: tokens,
  output_tokens: tokens,
  reasoning_output_tokens: tokens,
  total_tokens: tokens,
});
const info = fc.record({
  total_token_usage: usage,
  last_token_usage: usage,
  model_context_window: fc.constantFrom(258_400, 0, null),
});
const count: Pieces = fc
  .oneof(
    { weight: 4, arbitrary: fc.record({ info, rate_limits: fc.constant(null) }) },
    { weight: 2, arbitrary: fc.constantFrom({ info: null, rate_limits: null }, { info: null }, {}) },
  )
  .map((members) => [event('token_count', members)]);

const compacted: Pieces = fc.constantFrom(
  [record('compacted', { message: 'summary' })],
  [record('compacted', { message: '' }), event('context_compacted')],
  [event('context_compacted')],
  [record('compacted', { message: 'summary', replacement_history: [message('user', 'summary')] })],
);
const rollback: Pieces = fc
  .oneof(fc.constantFrom(1, 2), fc.nat(5))
  .map((num_turns) => [event('thread_rolled_back', { num_turns })]);
const error: Pieces = fc
  .constantFrom(undefined, null, 'other', 'context_window_exceeded', 'thread_rollback_failed')
  .map((codex_error_info) => [
    event('error', { message: 'no', ...(codex_error_info !== undefined && { codex_error_info }) }),
  ]);
const turnContext = one(
  record('turn_context', {
    turn_id: TURN.last,
    cwd: '/workspace',
    approval_policy: 'never',
    sandbox_policy: { type: 'danger-full-access' },
    model: 'gpt-5.4',
    summary: 'none',
  }),
);
const unknown: Pieces = fc.constantFrom(
  [record('no_such_type', { a: 1 })],
  [event('no_such_event', { message: 'a' })],
  [record('response_item', { type: 'no_such_item', a: 1 })],
  [record('event_msg', { message: 'no type' })],
  [record('response_item', {})],
);
const noRecord: Pieces = fc
  .constantFrom('', '   ', '\t', '\r', 'garbage', '{', '42', 'null', '[]', '{}', '"text"', '{"type":"compacted"}')
  .map((text) => [{ text }]);

function message(role: string, text: string): object {
  return { type: 'message', role, content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }] };
}
const userItem: Pieces = fc
  .constantFrom(
    'hello',
    '<environment_context>a</environment_context>',
    '<environment_context>a',
    '# AGENTS.md instructions for /a',
    '<goal_context>a</goal_context>',
    '<hook_prompt hook_run_id="h1">a</hook_prompt>',
  )
  .map((text) => [record('response_item', message('user', text))]);
const otherItem: Pieces = fc
  .constantFrom(
    message('assistant', 'a'),
    message('developer', 'a'),
    { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'a' },
    { type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c1' },
    { type: 'function_call_output', call_id: 'c1', output: 'a' },
    { type: 'ghost_snapshot', ghost_commit: { id: 'a', parent: null } },
  )
  .map((payload) => [record('response_item', payload)]);
const itemCompleted = (turn: string): Pieces =>
  fc
    .constantFrom(
      { type: 'UserMessage', id: 'i1', content: [{ type: 'text', text: 'a', text_elements: [] }] },
      { type: 'AgentMessage', id: 'i2', content: [{ type: 'Text', text: 'a' }] },
      { type: 'Plan', id: 'i3', text: 'a' },
      { type: 'Reasoning', id: 'i4', summary_text: ['a'], raw_content: [] },
      { type: 'ContextCompaction', id: 'i5' },
    )
    .map((item) => [
      event('item_completed', { thread_id: THREAD, turn_id: turn, item, completed_at_ms: 1774605600000 }),
    ]);
const reasoning: Pieces = said.map((text) => [event('agent_reasoning', { text })]);
const rawReasoning: Pieces = said.map((text) => [event('agent_reasoning_raw_content', { text })]);
const agentMessage: Pieces = said.map((text) => [event('agent_message', { message: text })]);
const userMessage: Pieces = joined(
  perhaps(userItem),
  said.map((text) => [event('user_message', { message: text, images: [], local_images: [], text_elements: [] })]),
);
const commandEnd = {
  call_id: 'c1',
  turn_id: TURN.last,
  command: ['true'],
  cwd: 'file:///workspace',
  parsed_cmd: [],
  stdout: '',
  stderr: '',
  aggregated_output: '',
  exit_code: 0,
  duration: { secs: 0, nanos: 1 },
  formatted_output: '',
  status: 'completed',
  source: 'agent',
  completed_at_ms: 1774605600000,
};
const patchEnd = { call_id: 'c1', stdout: '', stderr: '', success: true, changes: {}, status: 'completed' };
/** Events of other sorts that 0.169 knows; what it no longer does is an unknown event to it, but known to the model. */
const otherEvents: Pieces = fc.constantFrom(
  [event('exec_command_end', commandEnd)],
  [event('patch_apply_end', { ...patchEnd, turn_id: TURN.last })],
  [event('patch_apply_end', patchEnd)],
  [event('view_image_tool_call', { call_id: 'c1', path: 'file:///a' })],
  [event('web_search_end', { call_id: 'c1', query: 'a', action: { type: 'search', query: 'a' } })],

  [event('warning', { message: 'a' })],
  [event('turn_diff', { unified_diff: 'a' })],
  [event('entered_review_mode', { target: { type: 'uncommittedChanges' }, user_facing_hint: 'a' })],
);

const started = (turn: string): Pieces =>
  fc
    .constantFrom({ started_at: 1774605600, model_context_window: 258_400, collaboration_mode_kind: 'default' }, {})
    .map((members) => [event('task_started', { turn_id: turn, ...members })]);
const completed = (turn: string): Pieces =>
  fc
    .constantFrom(
      { last_agent_message: null },
      { last_agent_message: 'a', completed_at: 1774605601, duration_ms: 5 },
      {
        last_agent_message: null,
        error: { message: 'no', codex_error_info: 'other' },
      },
    )
    .map((members) => [event('task_complete', { turn_id: turn, ...members })]);
const aborted = (turn: string | null): Pieces =>
  fc
    .constantFrom('interrupted', 'replaced', 'review_ended', 'budget_limited')
    .map((reason) => [event('turn_aborted', { ...(turn !== null && { turn_id: turn }), reason })]);

const anEnd: Pieces = fc.oneof(
  { weight: 8, arbitrary: completed(TURN.last) },
  { weight: 3, arbitrary: aborted(TURN.last) },
  { weight: 3, arbitrary: fc.constant([]) },
  aborted(null),
  aborted(TURN.unknown),
  completed(TURN.before),
  completed(TURN.unknown),
  joined(aborted(TURN.last), completed(TURN.last)),
);
/** An end without its turn, or again. */
const strayEnd: Pieces = fc
  .constantFrom<string>(TURN.last, TURN.before, TURN.first, TURN.unknown)
  .chain((turn) => fc.oneof(completed(turn), aborted(turn), aborted(null)));

const legacyBody: Pieces = fc.oneof(
  { weight: 6, arbitrary: count },
  { weight: 5, arbitrary: agentMessage },
  { weight: 2, arbitrary: userMessage },
  { weight: 2, arbitrary: otherItem },
  { weight: 2, arbitrary: compacted },
  reasoning,
  rawReasoning,
  error,
  unknown,
  noRecord,
  itemCompleted(TURN.last),
  itemCompleted(TURN.unknown),
  otherEvents,
  turnContext,
);
const newTurn = fc.oneof({ weight: 12, arbitrary: started(TURN.new) }, started(TURN.last), started(TURN.before));
const explicitTurn = joined(newTurn, perhaps(turnContext), perhaps(userMessage), repeated(legacyBody, 4), anEnd);
const implicitTurn = joined(userMessage, repeated(legacyBody, 3));
const anotherMeta: Pieces = fc
  .constantFrom(THREAD, '019d2e00-0000-7000-8000-00000000aaaa')
  .map((id) => [sessionMeta(id)]);

function sessionMeta(id: string, more: object = {}): Piece {
  return record('session_meta', {
    id,
    timestamp: TIMESTAMP,
    cwd: '/workspace',
    originator: 'test',
    cli_version: '0.169.0',
    source: 'vscode',
    model_provider: 'mock',
    base_instructions: { text: 'You are a test agent.' },
    ...more,
  });
}

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('tail' as const), text: fc.constantFrom('}', ' x', ',', '\0', ' ', '\r', '{}') }),
  fc.constant({ kind: 'no timestamp' as const }),
  fc.record({
    kind: fc.constantFrom('replaced' as const, 'removed' as const),
    member: fc.nat(20),
    value: fc.constantFrom(null, 5, -5, 1.5, 'x', '', true, [], {}, 2 ** 40),
  }),
);

/** Some records of `pieces` spoilt. */
function damaged(pieces: Pieces): Pieces {
  const places = fc.array(fc.tuple(fc.nat(200), damage), { maxLength: 2 });
  return fc.tuple(pieces, fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, places)).map(([whole, changes]) =>
    changes.reduce<readonly Piece[]>((line, [place, change]) => {
      const at = place % (whole.length || 1);
      const piece = line[at];
      if (!piece || 'text' in piece) return line;
      return line.with(at, { ...piece, damage: change });
    }, whole),
  );
}

/** A new rollout's text, with `$THREAD` for its id: turns of all sorts and what may stand between them. */
export const legacyRollout: fc.Arbitrary<string> = fc
  .tuple(
    damaged(
      repeated(
        fc.oneof(
          { weight: 8, arbitrary: explicitTurn },
          { weight: 4, arbitrary: implicitTurn },
          { weight: 2, arbitrary: rollback },
          { weight: 2, arbitrary: count },
          { weight: 2, arbitrary: strayEnd },
          { weight: 1, arbitrary: anotherMeta },
          { weight: 3, arbitrary: legacyBody },
        ),
        7,
      ),
    ),
    fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.double({ min: 0.3, max: 1, noNaN: true })),
  )
  .map(([pieces, keep]) => torn(written([sessionMeta(THREAD), ...pieces], false), keep, false));

/**
 * Members of an event's or a compaction's payload that the model decodes as Codex does. Codex drops a line for a wrong
 * type in any member that it knows, in many more records than these; what a change means there the model cannot tell.
 */
const decodedMembers = new Set([
  'type',
  'turn_id',
  'started_at',
  'model_context_window',
  'last_agent_message',
  'completed_at',
  'duration_ms',
  'reason',
  'message',
  'text',
  'num_turns',
  'info',
  'window_number',
]);

function isDecoded({ type, payload }: TypedPiece, member: string): boolean {
  const isEvent = type === 'event_msg' && (payload as { type?: string }).type !== 'item_completed';
  return (isEvent || type === 'compacted') && decodedMembers.has(member);
}

const recordedUsage = fc.record({ usage, turn_token_usage: usage, thread_token_usage: usage });
const usageRecord: Pieces = recordedUsage.map((usages) => [
  record('token_usage_record', {
    thread_id: THREAD,
    turn_id: TURN.last,
    session_id: THREAD,
    root_turn_id: TURN.last,
    response_id: 'resp_1',
    ...usages,
  }),
]);
const WINDOW = '019d2f00-00ff-7000-8000-0000000000ff';
const resumable: Pieces = fc.constant([
  record('compacted', {
    message: 'summary',
    replacement_history: [message('user', 'summary')],
    window_number: 1,
    first_window_id: WINDOW,
    previous_window_id: WINDOW,
    window_id: '019d2f00-00fe-7000-8000-0000000000fe',
    resume_metadata: {
      dynamic_tools: { thread_id: THREAD, tools: [] },
      multi_agent_version: 'v1',
      last_started_turn_id: TURN.last,
      turn_attribution: null,
      previous_turn_settings: { model: 'gpt-5.4', comp_hash: null, realtime_active: false },
    },
  }),
]);
const paginatedBody: Pieces = fc.oneof(
  { weight: 6, arbitrary: count },
  { weight: 5, arbitrary: itemCompleted(TURN.last) },
  { weight: 2, arbitrary: usageRecord },
  { weight: 2, arbitrary: otherItem },
  { weight: 2, arbitrary: userItem },
  compacted,
  resumable,
  error,
  unknown,
  noRecord,
  agentMessage,
  turnContext,
);
const paginatedTurn = joined(
  started(TURN.new),
  perhaps(turnContext),
  perhaps(userItem),
  repeated(paginatedBody, 4),
  anEnd,
);

/** The same, paginated: its lines are numbered. */
export const paginatedRollout: fc.Arbitrary<string> = fc
  .tuple(
    damaged(
      repeated(
        fc.oneof(
          { weight: 8, arbitrary: paginatedTurn },
          { weight: 1, arbitrary: rollback },
          { weight: 2, arbitrary: count },
          { weight: 1, arbitrary: strayEnd },
          { weight: 2, arbitrary: resumable },
          { weight: 2, arbitrary: paginatedBody },
        ),
        7,
      ),
    ),
    fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.double({ min: 0.3, max: 1, noNaN: true })),
  )
  .map(([pieces, keep]) =>
    torn(written([sessionMeta(THREAD, { history_mode: 'paginated' }), ...pieces], true), keep, true),
  );

/** The lines as text; names of turns become ids. */
function written(pieces: readonly Piece[], paginated: boolean): string {
  const turns: string[] = [];
  let ordinal = 0;
  return pieces
    .map((piece) => {
      if ('text' in piece) return `${piece.text}\n`;
      if (JSON.stringify(piece.payload).includes(TURN.new)) turns.push(turnId(turns.length + 1));
      const text = spoilt(piece, paginated ? ordinal++ : undefined)
        .replaceAll(TURN.new, turns.at(-1) ?? '')
        .replaceAll(TURN.last, turns.at(-1) ?? turnId(0))
        .replaceAll(TURN.before, turns.at(-2) ?? turnId(0))
        .replaceAll(TURN.first, turns[0] ?? turnId(0))
        .replaceAll(TURN.unknown, turnId(0xffff));
      return `${text}\n`;
    })
    .join('');
}

function turnId(n: number): string {
  return `019d2f00-${n.toString(16).padStart(4, '0')}-7000-8000-000000000000`;
}

function spoilt({ type, payload, damage }: TypedPiece, ordinal: number | undefined): string {
  const line = { timestamp: TIMESTAMP, ...(ordinal !== undefined && { ordinal }), type, payload };
  switch (damage?.kind) {
    case 'cut': {
      const text = JSON.stringify(line);
      return text.slice(0, Math.floor(text.length * damage.at));
    }
    case 'tail':
      return JSON.stringify(line) + damage.text;
    case 'no timestamp':
      return JSON.stringify({ ...line, timestamp: undefined });
    case 'replaced':
    case 'removed': {
      const all = Object.entries(payload as object);
      const names = all.map(([name]) => name).filter((name) => isDecoded({ type, payload }, name));
      const name = names[damage.member % (names.length || 1)];
      const changed = all.flatMap(([key, value]) => {
        if (key !== name) return [[key, value]];
        return damage.kind === 'removed' ? [] : [[key, damage.value]];
      });
      return JSON.stringify({ ...line, payload: Object.fromEntries(changed) });
    }
    default:
      return JSON.stringify(line);
  }
}

/**
 * The beginning of a rollout: its first line, and of the rest as much as `keep` says. A paginated one does not end with
 * a whole line that lacks its line end: a fork of that leaves it out, unlike a resume, which the model does not know.
 */
function torn(text: string, keep: number, paginated: boolean): string {
  const head = text.indexOf('\n') + 1;
  const end = head + Math.ceil((text.length - head) * keep);
  return text.slice(0, paginated && text[end] === '\n' ? end + 1 : end);
}
