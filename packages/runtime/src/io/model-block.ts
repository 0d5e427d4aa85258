import { callId, FailureError, fail, isJsonObject, type CallContent, type Content, type Json, type JsonObject } from '@tabwright/protocol'
import { parseStrict } from '../core/parse-strict'
import { elements, members, parseObject, textOf, type Member } from './model-json'

/** One content block while it streams. Pieces are kept apart and joined once: a 400 KB tool input stays linear. */
export interface Block {
  readonly type: string
  readonly fields: readonly Member[]
  /** The block of `content_block_start`, for the fields that we read. */
  readonly start: JsonObject
  readonly pieces: { readonly text: string[]; readonly thinking: string[]; readonly input: string[] }
  readonly citations: string[]
  /** Raw JSON of fields that a delta replaces. */
  readonly assigned: Map<string, string>
  /** Deltas of types that we do not know, as received. */
  readonly strays: Json[]
  closed: boolean
}

/** `raw` is the text of `content_block` as received. */
export function openBlock(raw: string): Block {
  const start = parseObject(raw)
  if (!start || typeof start['type'] !== 'string') return fail('cut', "The model's answer holds a block without a type.")
  return {
    type: start['type'],
    fields: members(raw),
    start,
    pieces: { text: [], thinking: [], input: [] },
    citations: [],
    assigned: new Map(),
    strays: [],
    closed: false,
  }
}

/** The block's JSON as the next request must carry it: the fields as received, streamed ones filled in, nothing added. */
export function blockWire(block: Block): string {
  const filled = new Map(block.assigned)
  for (const key of ['text', 'thinking'] as const) {
    if (block.pieces[key].length > 0) filled.set(key, JSON.stringify(textOf(block.start[key]) + block.pieces[key].join('')))
  }
  const input = inputText(block)
  if (input !== undefined) filled.set('input', isStrictObject(input) ? input : '{}')
  if (block.citations.length > 0) filled.set('citations', `[${[...startCitations(block), ...block.citations].join(',')}]`)
  const own = block.fields.map(({ key, raw }) => memberText(key, filled.get(key) ?? raw))
  const known = new Set(block.fields.map(({ key }) => key))
  const late = [...filled].filter(([key]) => !known.has(key)).map(([key, raw]) => memberText(key, raw))
  return `{${[...own, ...late].join(',')}}`
}

/** The block as the log keeps it, with deltas that nobody understood behind it. */
export function blockContent(block: Block): readonly Content[] {
  return [contentOf(block), ...block.strays.map((raw): Content => ({ type: 'unknown', raw }))]
}

function contentOf(block: Block): Content {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: textOf(block.start['text']) + block.pieces.text.join('') }
    case 'thinking':
      return { type: 'thinking', text: textOf(block.start['thinking']) + block.pieces.thinking.join('') }
    case 'tool_use':
      return callOf(block)
    default:
      return { type: 'unknown', raw: parseObject(blockWire(block)) ?? block.start }
  }
}

function callOf(block: Block): CallContent {
  const name = textOf(block.start['name'])
  if (name === '') fail('bad_response', "The model's answer holds a tool call without a name.")
  const toolset = textOf(block.start['toolset_name'])
  return { type: 'call', id: idOf(block.start['id']), name, input: inputText(block) ?? '{}', ...(toolset !== '' && { toolset }) }
}

/** The id of a tool call, as every later fact will name it. @throws FailureError `bad_response` for what is none */
export function idOf(id: Json | undefined): CallContent['id'] {
  try {
    return callId(textOf(id))
  } catch (error) {
    const cause = error instanceof Error ? error.message : 'unreadable'
    return fail('bad_response', `The model's answer holds a tool call whose id cannot be used: ${cause}.`)
  }
}

/** The input as streamed. Servers that send it whole put it into the start; the API sends `{}` there and then deltas. */
function inputText(block: Block): string | undefined {
  const streamed = block.pieces.input.join('')
  if (streamed.trim() !== '') return streamed
  return block.fields.find(({ key }) => key === 'input')?.raw
}

function isStrictObject(text: string): boolean {
  try {
    return isJsonObject(parseStrict(text))
  } catch (error) {
    if (error instanceof FailureError) return false
    throw error
  }
}

function startCitations(block: Block): readonly string[] {
  const raw = block.fields.find(({ key }) => key === 'citations')?.raw
  return raw?.startsWith('[') ? elements(raw) : []
}

function memberText(key: string, raw: string): string {
  return `${JSON.stringify(key)}:${raw}`
}
