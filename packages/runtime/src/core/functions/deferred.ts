import {
  isHere,
  isJsonObject,
  ruleNameIn,
  type Content,
  type Json,
  type JsonObject,
  type WireRow,
  type WorkerFunction,
} from '@tabwright/protocol'
import { blocksOf } from '../compaction/cut'
import type { Fact } from '../fact'
import { parseStrict } from '../parse-strict'
import { offered, told, type OfferedSpec } from './hot-set'

/** Its definitions go with each request, so they are bounded by size too; what is beyond is found by our own search. */
const MOST_DEFERRED = 500
const MOST_CHARACTERS = 200_000
/** The model reads it only after it looked for it. */
const MOST_SAID = 2000

/** The provider's search by words. It looks in names, descriptions and inputs. */
const SEARCH = { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' } as const

/** What stands behind the tools that are told from the start: of each function that is not among them. */
export function deferredSpecs(all: readonly WorkerFunction[], hot: readonly OfferedSpec[]): readonly OfferedSpec[] {
  const names = new Set(hot.map(({ name }) => name))
  let left = MOST_CHARACTERS
  return all
    .filter(({ id }) => !isHere(id))
    .toSorted((a, b) => b.uses - a.uses || a.id.localeCompare(b.id))
    .flatMap((one) => offered(one, MOST_SAID))
    .filter((spec) => !names.has(spec.name))
    .slice(0, MOST_DEFERRED)
    .filter((spec) => (left -= JSON.stringify(spec).length) >= 0)
}

/** The provider's search and what it looks in, as it takes them. */
export function searchedTools(specs: readonly OfferedSpec[]): readonly JsonObject[] {
  return [SEARCH, ...specs.map(({ name, description, input }) => ({ name, description, input_schema: input, defer_loading: true }))]
}

/**
 * The same conversation for a model that has no such search: neither it, nor what it looked in, nor what it found. Our own search is among
 * the tools of every wire.
 * @returns the very same rows where there is nothing of it
 */
export function withoutSearch(rows: readonly WireRow[]): readonly WireRow[] {
  const [header, ...messages] = rows
  if (!header || !holdsSearch(rows)) return rows
  const tools = toolsIn(header)
  const kept = tools.filter((tool) => tool['type'] !== SEARCH.type && tool['defer_loading'] !== true)
  // Quotes inside of a text are escaped, and nothing but the system's text stands in front.
  const system = header.text.slice(0, header.text.indexOf(',"tools":'))
  return [{ role: 'header', text: `${system},"tools":${JSON.stringify(kept)}` }, ...messages.map(unsearched)]
}

/** Whether the provider looks for tools in this conversation. */
export function holdsSearch([header]: readonly WireRow[]): boolean {
  return header?.text.includes(`{"type":"${SEARCH.type}","name":"${SEARCH.name}"}`) === true
}

function toolsIn(header: WireRow): readonly JsonObject[] {
  const members = parseStrict(`{${header.text}}`)
  return isJsonObject(members) && Array.isArray(members['tools']) ? members['tools'].filter(isJsonObject) : []
}

function unsearched(row: WireRow): WireRow {
  if (row.role !== 'assistant' || !row.text.includes('tool_search_tool_')) return row
  const blocks = blocksOf(row)
  const kept = blocks.filter((block) => !isSearch(block))
  if (kept.length === blocks.length) return row
  const content = kept.length > 0 ? kept : [{ type: 'text', text: 'I looked for tools.' }]
  return { role: 'assistant', text: JSON.stringify({ role: 'assistant', content }) }
}

function isSearch(block: { readonly [key: string]: Json }): boolean {
  const { type, name } = block
  return type === RESULT || (type === 'server_tool_use' && typeof name === 'string' && name.startsWith('tool_search_tool_'))
}

const RESULT = 'tool_search_tool_result'

/** What the provider's search showed the model: words of the workers whose functions it found. */
export function toldBySearch(
  content: readonly Content[],
  header: WireRow | undefined,
  workerOf: (name: string) => string | undefined,
): readonly Fact[] {
  const found = new Set(content.flatMap(referencesIn))
  if (found.size === 0 || !header) return []
  const shown = toolsIn(header).flatMap((tool): readonly OfferedSpec[] => {
    const { name, description, input_schema: input } = tool
    if (typeof name !== 'string' || typeof description !== 'string' || !isJsonObject(input)) return []
    if (tool['defer_loading'] !== true || !found.has(name)) return []
    const worker = workerOf(ruleNameIn(name) ?? name) ?? `that offered ${ruleNameIn(name) ?? name}`
    return [{ name, description, input, effect: 'ask', readOnly: false, worker }]
  })
  return shown.length > 0 ? [told(shown)] : []
}

function referencesIn(block: Content): readonly string[] {
  const raw = block.type === 'unknown' && isJsonObject(block.raw) && block.raw['type'] === RESULT ? block.raw['content'] : undefined
  const references = isJsonObject(raw) ? raw['tool_references'] : undefined
  return Array.isArray(references)
    ? references.flatMap((one) => (isJsonObject(one) && typeof one['tool_name'] === 'string' ? [one['tool_name']] : []))
    : []
}
