import { functionCallOf, isJsonObject, type Json, type JsonObject, type WindowPartName, type WireRow } from '@tabwright/protocol'
import { lengthSaid } from '../attached'
import { blocksOf } from '../compaction/cut'
import { SUMMARY_MARK } from '../compaction/swap'
import { parseStrict } from '../parse-strict'
import { INSTRUCTIONS_MARK } from '../wire-text'

/** A piece of what is sent, in the order in which the model reads it. */
export interface WindowBlock {
  readonly part: WindowPartName
  /** What it is called, for the list of the largest. */
  readonly name: string
  /** Characters; of a picture, as many as its tokens are worth. */
  readonly size: number
  /** The result of a call: the provider leaves out the oldest of these where it clears. */
  readonly isResult?: true
}

/** A picture is billed by its area, not by the length of its base64: about 1,500 tokens at the size that providers scale to. */
const PICTURE = 1500 * 4

/** What the header of a wire holds. Tools that the model has to look for first are sent and not in its window. */
export function headerBlocks(row: WireRow): readonly WindowBlock[] {
  const members = parseStrict(`{${row.text}}`)
  if (!isJsonObject(members)) return []
  const tools = objectsIn(members['tools']).filter((tool) => tool['defer_loading'] !== true)
  const system = objectsIn(members['system'])
  return [
    ...tools.map((tool): WindowBlock => ({ part: 'tools', name: toolName(tool), size: JSON.stringify(tool).length })),
    ...system.map((block): WindowBlock => ({ part: 'system', name: 'System prompt', size: lengthOf(block['text']) })),
  ]
}

/** Calls by id, as far as the messages before name them. */
export type NamedCalls = Map<string, { readonly name: string; readonly path: string | undefined }>

/** What a message holds. @param calls grows by the calls of it */
export function messageBlocks(row: WireRow, calls: NamedCalls): readonly WindowBlock[] {
  return blocksOf(row).map((block) => (row.role === 'assistant' ? ofModel(block, calls) : ofUser(block, calls)))
}

function ofModel(block: JsonObject, calls: NamedCalls): WindowBlock {
  const { type } = block
  if (type === 'text') return { part: 'answers', name: 'What the agent said', size: lengthOf(block['text']) }
  if (type === 'compaction') return { part: 'summary', name: 'Summary', size: lengthOf(block['content']) }
  if (type === 'thinking' || type === 'redacted_thinking') {
    // Without its text the signature is all there is to measure it by.
    const text = lengthOf(block['thinking'])
    return { part: 'thinking', name: 'Thinking', size: text > 0 ? text : lengthOf(block['signature'] ?? block['data']) }
  }
  if (type === 'tool_use') {
    const name = toolName(block)
    if (typeof block['id'] === 'string') calls.set(block['id'], { name, path: pathIn(block['input']) })
    return { part: 'calls', name, size: JSON.stringify(block['input'] ?? {}).length + name.length }
  }
  const size = JSON.stringify(block).length
  // A tool that the provider runs itself: its answer stands in the model's own message.
  return typeof type === 'string' && type.endsWith('_result')
    ? { part: 'results', name: type, size }
    : { part: 'calls', name: wordOf(type), size }
}

function ofUser(block: JsonObject, calls: NamedCalls): WindowBlock {
  const { type, text } = block
  if (type === 'tool_result') {
    const call = calls.get(wordOf(block['tool_use_id']))
    const size = contentLength(block['content'])
    if (call?.name === 'read_file' && call.path !== undefined) return { part: 'files', name: call.path, size, isResult: true }
    return { part: 'results', name: call?.name ?? 'A call of before', size, isResult: true }
  }
  if (type === 'image') return { part: 'messages', name: 'Picture', size: PICTURE }
  if (type === 'document') return { part: 'messages', name: wordOf(block['title']), size: lengthSaid(JSON.stringify(block), 4) }
  if (typeof text !== 'string') return { part: 'messages', name: wordOf(type), size: JSON.stringify(block).length }
  if (text.startsWith(INSTRUCTIONS_MARK))
    return { part: 'instructions', name: /path="([^"]*)"/.exec(text)?.[1] ?? 'Instructions', size: text.length }
  if (text.startsWith(SUMMARY_MARK)) return { part: 'summary', name: 'Summary', size: text.length }
  return { part: 'messages', name: firstWords(text), size: text.length }
}

function toolName(tool: JsonObject): string {
  const { name, type, input } = tool
  if (typeof name !== 'string') return wordOf(type)
  return functionCallOf({ name, input: JSON.stringify(input ?? {}) })?.function ?? name
}

function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : 'Something else'
}

function pathIn(input: Json | undefined): string | undefined {
  const path = isJsonObject(input) ? input['path'] : undefined
  return typeof path === 'string' ? path : undefined
}

const MOST_WORDS = 60

function firstWords(text: string): string {
  const line = text.trimStart().split('\n', 1)[0] ?? ''
  return line.length <= MOST_WORDS ? line : `${line.slice(0, MOST_WORDS)}…`
}

function contentLength(content: Json | undefined): number {
  if (typeof content === 'string') return content.length
  return objectsIn(content).reduce((sum, block) => sum + (block['type'] === 'image' ? PICTURE : lengthOf(block['text'])), 0)
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0
}

function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
