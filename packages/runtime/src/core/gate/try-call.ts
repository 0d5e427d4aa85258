import { canonicalJson, parseJson, RULE_TOOLS, type EffectClass, type Json } from '@tabwright/protocol'
import type { Judgeable } from './subject'

/** What a person types to ask whether it would pass, or one sentence about what is wrong with it. */
export type TriedCall = Judgeable | { readonly wrong: string }

/** Reads `shell(npm test && make)`, `edit_file(src/a.ts)`, `fetch(GET https://example.org/a)`, `grep`. Never throws. */
export function readTriedCall(text: string): TriedCall {
  const [, tool = '', inside] = /^([a-z_]+|[a-z0-9_:-]*::[a-z0-9_-]+)(?:\((.*)\))?$/s.exec(text.trim()) ?? []
  if (!tool.includes('::') && !RULE_TOOLS.some((known) => known === tool))
    return { wrong: `A call names a tool: ${RULE_TOOLS.join(', ')}. Write shell(npm test) or edit_file(src/a.ts).` }
  const input = inputOf(tool, (inside ?? '').trim())
  if (typeof input === 'string') return { wrong: input }
  return { tool, input, bytes: canonicalJson(input), effect: tool.includes('::') ? 'ask' : (EFFECTS[tool] ?? 'tx') }
}

const EFFECTS: Readonly<Record<string, EffectClass>> = {
  read_file: 'pure',
  list_files: 'pure',
  glob: 'pure',
  grep: 'pure',
  diagnostics: 'pure',
  preview: 'pure',
  read_session: 'pure',
  search_tools: 'pure',
  web_fetch: 'pure',
  web_search: 'ask',
  ask_person: 'pure',
  task: 'keyed',
  todo: 'pure',
  fetch: 'ask',
}

function inputOf(tool: string, inside: string): Json | string {
  if (tool === 'shell') return inside === '' ? 'Which command? Write shell(npm test).' : { command: inside, cwd: '/workspace' }
  if (tool === 'fetch') return requestOf(inside)
  if (tool.includes('::')) return inside === '' ? {} : (parseJson(inside) ?? `What ${tool} is given is JSON, such as ${tool}({"id":7}).`)
  if (inside !== '') return { path: inside }
  return tool.endsWith('_file') ? `Which file? Write ${tool}(src/a.ts).` : {}
}

function requestOf(inside: string): Json | string {
  const [, method = 'GET', url = '', origin = ''] =
    /^(?:(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+)?((https?:\/\/[^/?#\s]+)\S*)$/.exec(inside) ?? []
  return url === ''
    ? 'Which address? Write fetch(GET https://example.org/page).'
    : { method, url, origin: origin.toLowerCase(), headers: [] }
}
