import {
  assertNever,
  fail,
  type CallId,
  type Content,
  type JsonObject,
  type ModelInfo,
  type ToolSpec,
  type WireRow,
} from '@tabwright/protocol'
import type { Unsent } from './session-state'

/**
 * From facts to the bytes that the model sees. A message is turned into text once, stored, and from then on only
 * concatenated: one changed byte in what was sent voids the provider's cache and the model's own thinking.
 */

/** The first row of an epoch: frozen `system` and `tools`, as the members of the request that they will be. */
export function headerRow(system: string, tools: readonly ToolSpec[]): WireRow {
  const blocks = [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }]
  const definitions = tools.map(({ name, description, input }) => ({ name, description, input_schema: input }))
  return { role: 'header', text: `"system":${JSON.stringify(blocks)},"tools":${JSON.stringify(definitions)}` }
}

/**
 * One user message from everything that the model was not sent yet: results first, in the order of the calls
 * (whatever order they finished in), then instruction files, then what people wrote.
 */
export function userRow(unsent: readonly Unsent[], callOrder: readonly CallId[]): WireRow {
  const results = unsent.filter((item) => item.type === 'result')
  const ordered = results.toSorted((a, b) => callOrder.indexOf(a.call) - callOrder.indexOf(b.call))
  const instructions = unsent.filter((item) => item.type === 'instructions')
  const messages = unsent.filter((item) => item.type === 'message')
  const blocks = [...ordered, ...instructions, ...messages].flatMap(blocksOf)
  return { role: 'user', text: `{"role":"user","content":${JSON.stringify(blocks)}}` }
}

function blocksOf(item: Unsent): JsonObject[] {
  switch (item.type) {
    case 'result': {
      const { call, outcome } = item
      const result = { type: 'tool_result', tool_use_id: call, content: outcome.text || '(no output)' }
      return [outcome.type === 'done' ? result : { ...result, is_error: true }]
    }
    case 'instructions':
      return [{ type: 'text', text: instructionText(item.path, item.text) }]
    case 'message':
      return item.content.map(blockOfContent)
    default:
      return assertNever(item)
  }
}

/** Workspace files are data from the workspace's author: they go in the user's turn and say where they come from. */
function instructionText(path: string, text: string | null): string {
  if (text === null) return `The workspace file ${path} is gone; its instructions no longer apply.`
  return `<workspace-instructions path="${path}">\n${text}\n</workspace-instructions>`
}

function blockOfContent(content: Content): JsonObject {
  if (content.type === 'text') return { type: 'text', text: content.text }
  return fail('bad_input', `a message from a person cannot hold a ${content.type} block yet`)
}

/** The exact request body. `rows` is everything stored, header first. */
export function requestBody(rows: readonly WireRow[], info: ModelInfo): string {
  const [header, ...messages] = rows
  if (header?.role !== 'header') return fail('unexpected', 'the wire has no header row')
  const options = { model: info.id, max_tokens: Math.min(info.maxOutput ?? MAX_OUTPUT, MAX_OUTPUT), stream: true }
  const thinking = info.adaptiveThinking ? `,"thinking":{"type":"adaptive","display":"summarized"}` : ''
  const cache = `,"cache_control":{"type":"ephemeral"}`
  return `${JSON.stringify(options).slice(0, -1)}${thinking}${cache},${header.text},"messages":[${messages.map((row) => row.text).join(',')}]}`
}

/** Enough for any single edit, small enough that a runaway answer ends. */
const MAX_OUTPUT = 32_000
