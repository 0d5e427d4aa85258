import {
  fail,
  FailureError,
  isJsonObject,
  NO_BILLING,
  withUsage,
  type Answer,
  type Billing,
  type Cleared,
  type Json,
  type JsonObject,
  type ModelEvent,
} from '@tabwright/protocol'
import { CLEAR_TOOL_USES } from '../core/compaction/clearing'
import { blockContent, blockWire, idOf, openBlock, type Block } from './model-block'
import { failureOfErrorEvent } from './model-failure'
import { members, memberOf, parseObject, textOf } from './model-json'

/**
 * From raw stream events to one answer. Ours and not the SDK's: the SDK completes a cut tool input to a plausible
 * object, and one malformed input costs it the whole message (harness.md M1, M2).
 */
export interface Accumulator {
  /**
   * Takes the data of one event; gives what it means, `complete` for `message_stop`.
   * @throws FailureError for an error event and for a stream that makes no sense
   */
  push(data: string): readonly ModelEvent[]
  /** What a failed request leaves: text for the eye, and whether a text or tool block was closed already. */
  remains(): { readonly partial?: string; readonly completedBlock: boolean }
}

/** Stop reasons of the Messages API; others are passed on, and no tool may run on them. */
export const STOP_REASONS: ReadonlySet<string> = new Set([
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'pause_turn',
  'refusal',
  'model_context_window_exceeded',
  'compaction',
])

interface State {
  readonly blocks: Map<number, Block>
  model: string
  stopReason: string
  billing: Billing
  /** Blocks of thinking that failed the provider's check of the conversation before them. */
  mismatched: number
  cleared: Cleared | undefined
  isStarted: boolean
}

/** One for each request. */
export function createAccumulator(): Accumulator {
  const state: State = {
    blocks: new Map(),
    model: '',
    stopReason: '',
    billing: NO_BILLING,
    mismatched: 0,
    cleared: undefined,
    isStarted: false,
  }
  return {
    push(data) {
      const event = parseObject(data)
      if (!event) return fail('cut', "The model's answer arrived damaged: an event is not valid JSON.")
      return take(state, event, data)
    },
    remains() {
      const blocks = inOrder(state)
      const partial = blocks.flatMap((block) => (block.type === 'text' ? [textOf(block.start['text']), ...block.pieces.text] : [])).join('')
      const completedBlock = blocks.some((block) => block.closed && block.type !== 'thinking' && block.type !== 'redacted_thinking')
      return partial === '' ? { completedBlock } : { partial, completedBlock }
    },
  }
}

function take(state: State, event: JsonObject, data: string): readonly ModelEvent[] {
  switch (event['type']) {
    case 'message_start':
      return start(state, event)
    case 'content_block_start':
      return open(state, event, data)
    case 'content_block_delta':
      return grow(state, event, data)
    case 'content_block_stop':
      blockAt(state, event).closed = true
      return []
    case 'message_delta':
      return note(state, event)
    case 'message_stop':
      return [complete(state)]
    case 'error':
      throw new FailureError(failureOfErrorEvent(data))
    default:
      // Pings, and events that do not exist yet.
      return []
  }
}

function start(state: State, event: JsonObject): readonly ModelEvent[] {
  const message = event['message']
  if (isJsonObject(message)) {
    state.model = textOf(message['model'])
    state.billing = withUsage(state.billing, message['usage'])
    noteMismatches(state, message)
    noteCleared(state, message)
  }
  state.isStarted = true
  return [{ type: 'started', model: state.model, usage: state.billing.usage }]
}

function open(state: State, event: JsonObject, data: string): readonly ModelEvent[] {
  const index = event['index']
  const raw = memberOf(data, 'content_block')
  if (typeof index !== 'number' || raw === undefined || state.blocks.has(index)) {
    return fail('cut', "The model's answer arrived damaged: a block starts twice or without a place.")
  }
  const block = openBlock(raw)
  state.blocks.set(index, block)
  if (block.type === 'tool_use') return [inputDelta(index, block, '')]
  if (block.type === 'text' || block.type === 'thinking') {
    const text = textOf(block.start[block.type])
    return text === '' ? [] : [{ type: 'delta', index, kind: block.type, text }]
  }
  return []
}

function grow(state: State, event: JsonObject, data: string): readonly ModelEvent[] {
  const block = blockAt(state, event)
  const index = Number(event['index'])
  const delta = event['delta']
  if (!isJsonObject(delta)) return fail('cut', "The model's answer arrived damaged: a delta is empty.")
  switch (delta['type']) {
    case 'text_delta':
      block.pieces.text.push(textOf(delta['text']))
      return [{ type: 'delta', index, kind: 'text', text: textOf(delta['text']) }]
    case 'thinking_delta':
      block.pieces.thinking.push(textOf(delta['thinking']))
      return [{ type: 'delta', index, kind: 'thinking', text: textOf(delta['thinking']) }]
    case 'input_json_delta':
      block.pieces.input.push(textOf(delta['partial_json']))
      return block.type === 'tool_use' ? [inputDelta(index, block, textOf(delta['partial_json']))] : []
    case 'signature_delta':
      // Assigned, never appended; it may be the only delta of a block whose text was left out.
      block.assigned.set('signature', rawInDelta(data, 'signature') ?? '""')
      return []
    case 'citations_delta':
      block.citations.push(rawInDelta(data, 'citation') ?? 'null')
      return []
    case 'compaction_delta':
      // The summary comes whole: what is in the delta replaces what the block began with.
      for (const { key, raw } of members(memberOf(data, 'delta') ?? '{}')) if (key !== 'type') block.assigned.set(key, raw)
      return []
    default:
      block.strays.push(delta)
      return []
  }
}

function rawInDelta(data: string, key: string): string | undefined {
  const delta = memberOf(data, 'delta')
  return delta === undefined ? undefined : memberOf(delta, key)
}

function inputDelta(index: number, block: Block, text: string): ModelEvent {
  return { type: 'delta', index, kind: 'input', text, name: textOf(block.start['name']), id: idOf(block.start['id']) }
}

function note(state: State, event: JsonObject): readonly ModelEvent[] {
  const delta = event['delta']
  if (isJsonObject(delta) && typeof delta['stop_reason'] === 'string') state.stopReason = delta['stop_reason']
  state.billing = withUsage(state.billing, event['usage'])
  noteMismatches(state, event)
  noteCleared(state, event)
  return []
}

/** `prefix_binding_mismatch` alone is an alarm: another model's thinking is left out by design. A later list replaces the earlier one. */
function noteMismatches(state: State, from: JsonObject): void {
  const entries = from['input_transformations']
  if (!Array.isArray(entries)) return
  state.mismatched = entries.filter((entry) => isJsonObject(entry) && entry['reason'] === 'prefix_binding_mismatch').length
}

/** What the provider left out of the request before the model saw it. Edits of other kinds are none that we ask for. */
function noteCleared(state: State, from: JsonObject): void {
  const managed = from['context_management']
  const edits = isJsonObject(managed) ? managed['applied_edits'] : undefined
  if (!Array.isArray(edits)) return
  const own = edits.filter(isJsonObject).filter((edit) => edit['type'] === CLEAR_TOOL_USES)
  const sum = (key: string): number => own.reduce((total, edit) => total + countOf(edit[key]), 0)
  const toolUses = sum('cleared_tool_uses')
  state.cleared = toolUses > 0 ? { toolUses, tokens: sum('cleared_input_tokens') } : undefined
}

function countOf(value: Json | undefined): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0
}

function complete(state: State): ModelEvent {
  if (!state.isStarted || state.stopReason === '') {
    return fail('cut', 'The model ended its answer without saying why it stopped.')
  }
  const blocks = served(inOrder(state))
  const content = blocks.flatMap(blockContent)
  const calls = content.flatMap((item) => (item.type === 'call' ? [item.id] : []))
  if (new Set(calls).size < calls.length) return fail('bad_response', "The model's answer uses the same id for two tool calls.")
  const { usage, bills, servedBy } = state.billing
  const answer: Answer = {
    content,
    stopReason: state.stopReason,
    usage,
    model: servedBy ?? state.model,
    ...(bills && { bills: bills.map((bill) => ({ ...bill, model: bill.model || state.model })) }),
    ...(state.mismatched > 0 && { mismatched: state.mismatched }),
    ...(state.cleared && { cleared: state.cleared }),
  }
  return { type: 'complete', answer, wire: `{"role":"assistant","content":[${blocks.map(blockWire).join(',')}]}` }
}

/**
 * Where another model took over in the middle, what the first one thought and asked for is void: neither may run or be sent
 * back. Its text and the block that marks the border stay in their places.
 */
function served(blocks: readonly Block[]): readonly Block[] {
  const border = blocks.findLastIndex((block) => block.type === 'fallback')
  return blocks.filter((block, at) => at > border || !VOID_BEFORE_FALLBACK.has(block.type))
}

const VOID_BEFORE_FALLBACK: ReadonlySet<string> = new Set(['thinking', 'redacted_thinking', 'tool_use'])

function inOrder(state: State): readonly Block[] {
  return [...state.blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block)
}

function blockAt(state: State, event: JsonObject): Block {
  const index = event['index']
  const block = typeof index === 'number' ? state.blocks.get(index) : undefined
  return block ?? fail('cut', "The model's answer arrived damaged: a piece belongs to no block.")
}
