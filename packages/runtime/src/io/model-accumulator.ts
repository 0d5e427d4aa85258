import { fail, FailureError, isJsonObject, type Answer, type Json, type JsonObject, type ModelEvent, type Usage } from '@tabwright/protocol'
import { blockContent, blockWire, openBlock, type Block } from './model-block'
import { failureOfErrorEvent } from './model-failure'
import { memberOf, parseObject, textOf } from './model-json'

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
])

interface State {
  readonly blocks: Map<number, Block>
  model: string
  stopReason: string
  usage: Usage
  isStarted: boolean
}

/** One for each request. */
export function createAccumulator(): Accumulator {
  const state: State = {
    blocks: new Map(),
    model: '',
    stopReason: '',
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
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
    state.usage = usageOf(state.usage, message['usage'])
  }
  state.isStarted = true
  return [{ type: 'started' }]
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
  return { type: 'delta', index, kind: 'input', text, name: textOf(block.start['name']), id: textOf(block.start['id']) }
}

function note(state: State, event: JsonObject): readonly ModelEvent[] {
  const delta = event['delta']
  if (isJsonObject(delta) && typeof delta['stop_reason'] === 'string') state.stopReason = delta['stop_reason']
  state.usage = usageOf(state.usage, event['usage'])
  return []
}

/** Numbers are totals so far, not increments: what is there overwrites, what is missing or null stays. */
function usageOf(before: Usage, usage: Json | undefined): Usage {
  if (!isJsonObject(usage)) return before
  const count = (key: string, old: number): number => {
    const value = usage[key]
    return typeof value === 'number' && value >= 0 ? value : old
  }
  return {
    input: count('input_tokens', before.input),
    output: count('output_tokens', before.output),
    cacheRead: count('cache_read_input_tokens', before.cacheRead),
    cacheWrite: count('cache_creation_input_tokens', before.cacheWrite),
  }
}

function complete(state: State): ModelEvent {
  if (!state.isStarted || state.stopReason === '') {
    return fail('cut', 'The model ended its answer without saying why it stopped.')
  }
  const blocks = inOrder(state)
  const content = blocks.flatMap(blockContent)
  const calls = content.flatMap((item) => (item.type === 'call' ? [item.id] : []))
  if (new Set(calls).size < calls.length) return fail('bad_response', "The model's answer uses the same id for two tool calls.")
  const answer: Answer = { content, stopReason: state.stopReason, usage: state.usage, model: state.model }
  return { type: 'complete', answer, wire: `{"role":"assistant","content":[${blocks.map(blockWire).join(',')}]}` }
}

function inOrder(state: State): readonly Block[] {
  return [...state.blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block)
}

function blockAt(state: State, event: JsonObject): Block {
  const index = event['index']
  const block = typeof index === 'number' ? state.blocks.get(index) : undefined
  return block ?? fail('cut', "The model's answer arrived damaged: a piece belongs to no block.")
}
