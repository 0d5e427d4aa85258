/** Something that the Messages API would refuse, or that costs cache or thinking later. `rule` is a number of the design pages. */
export interface WireProblem {
  readonly rule: number
  readonly message: string
}

export interface LintOptions {
  /** The body that this one must continue: same `system` and `tools`, same messages in front, byte for byte. */
  readonly previous?: string
  /** Every assistant message that a server sent so far, as it must come back. */
  readonly answers?: readonly string[]
  /** Assistant messages that are not finished: they may end the conversation. */
  readonly paused?: ReadonlySet<string>
}

/** Everything that is wrong with a request body. Independent of the product's own code on purpose. */
export function lintRequest(body: string, options: LintOptions = {}): readonly WireProblem[] {
  const request = objectOf(parse(body))
  if (!request) return [{ rule: 16, message: 'the body is not a JSON object' }]
  const messages = listOf(request['messages'])
  return [
    ...lintTop(request),
    ...lintRoles(messages, isOpenEnd(body, options)),
    ...lintTools(listOf(request['tools'])),
    ...lintServerTools(messages),
    ...lintReferences(messages, listOf(request['tools'])),
    ...messages.flatMap((message, at) => lintBlocks(message, at)),
    ...lintPairs(messages),
    ...lintBreakpoints(request, messages),
    ...(options.previous === undefined ? [] : lintPrefix(body, options.previous)),
    ...(options.answers === undefined ? [] : lintAnswers(body, messages, options.answers)),
  ]
}

/** The body without its cache markers: they may move from request to request, content may not. */
export function withoutMarkers(body: string): string {
  // A quote inside of a text is escaped, so the words of a marker can stand there and are not taken for one.
  return body.replaceAll(/,"cache_control":\{"type":"ephemeral"(?:,"ttl":"(?:5m|1h)")?\}/g, '')
}

/** Whether `body` continues `previous`: the same messages in front. */
export function continues(body: string, previous: string): boolean {
  const text = rawMember(withoutMarkers(body), 'messages') ?? '[]'
  const earlier = rawMember(withoutMarkers(previous), 'messages') ?? '[]'
  if (text === earlier || text.startsWith(`${earlier.slice(0, -1)},`)) return true
  const now = rawElements(text)
  const before = rawElements(earlier)
  return before.length <= now.length && before.every((text, at) => text === now[at])
}

type Loose = { readonly [key: string]: unknown }

const TOP_FIELDS: ReadonlySet<string> = new Set(
  'model max_tokens messages system tools stream thinking cache_control metadata stop_sequences temperature top_k top_p tool_choice output_config service_tier context_management compaction'.split(
    ' ',
  ),
)
const FIELDS: Readonly<Record<string, string>> = {
  text: 'type text citations cache_control',
  thinking: 'type thinking signature',
  redacted_thinking: 'type data',
  tool_use: 'type id name input cache_control caller toolset_name',
  tool_result: 'type tool_use_id content is_error cache_control toolset_name',
  tool_addition: 'type tool cache_control',
  tool_removal: 'type tool cache_control',
  image: 'type source cache_control',
  document: 'type source title context citations cache_control',
}
const ROLE_OF: Readonly<Record<string, string>> = {
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_result: 'user',
  image: 'user',
  document: 'user',
  tool_addition: 'system',
  tool_removal: 'system',
}

function lintTop(request: Loose): WireProblem[] {
  const problems = Object.keys(request)
    .filter((key) => !TOP_FIELDS.has(key))
    .map((key) => ({ rule: 16, message: `${key}: Extra inputs are not permitted` }))
  if (typeof request['model'] !== 'string' || request['model'] === '') problems.push({ rule: 16, message: 'model: Field required' })
  if (!Number.isInteger(request['max_tokens']) || Number(request['max_tokens']) < 1)
    problems.push({ rule: 16, message: 'max_tokens: must be a positive integer' })
  const names = listOf(request['tools']).map((item) => String(item['name']))
  if (new Set(names).size < names.length) problems.push({ rule: 16, message: 'tools: Tool names must be unique' })
  const choice = objectOf(request['tool_choice'])?.['type']
  if (choice === 'any' || choice === 'tool')
    problems.push({ rule: 34, message: `tool_choice: type ${choice} is not supported by models that always think` })
  return problems
}

function lintRoles(messages: readonly Loose[], mayEndOpen: boolean): WireProblem[] {
  const problems: WireProblem[] = []
  if (messages.length === 0) problems.push({ rule: 20, message: 'messages: at least one message is required' })
  const isSummary = blocksOf(messages[0] ?? {})[0]?.['type'] === 'compaction'
  if (messages[0]?.['role'] === 'assistant' && !isSummary)
    problems.push({ rule: 20, message: 'messages.0: the first message must be from the user' })
  if (messages.at(-1)?.['role'] === 'assistant' && !mayEndOpen)
    problems.push({ rule: 20, message: 'the conversation must not end with an assistant message' })
  for (const [at, message] of messages.entries()) {
    const role = String(message['role'])
    if (role === 'system') problems.push(...lintSystem(messages, at))
    else if (role !== 'user' && role !== 'assistant') problems.push({ rule: 18, message: `messages.${at}: unknown role ${role}` })
    const known = role === 'system' ? ['role', 'content', 'clear_at', 'output_config'] : ['role', 'content']
    const extra = Object.keys(message).filter((key) => !known.includes(key))
    if (extra.length > 0) problems.push({ rule: 16, message: `messages.${at}.${extra[0]}: Extra inputs are not permitted` })
  }
  return problems
}

/** Only behind a message of the user's, or an answer that ends in a result of the provider's tools; and only before an answer, or last. */
function lintSystem(messages: readonly Loose[], at: number): WireProblem[] {
  const before = messages[at - 1]
  const next = messages[at + 1]
  const isServerResult = String(blocksOf(before ?? {}).at(-1)?.['type']).endsWith('_tool_result')
  const fits = before?.['role'] === 'user' || (before?.['role'] === 'assistant' && isServerResult)
  if (!fits) return [{ rule: 18, message: `messages.${at}: a system message must follow a user turn` }]
  if (next && next['role'] !== 'assistant')
    return [{ rule: 18, message: `messages.${at}: a system message must precede an assistant turn or end the array` }]
  return []
}

/** The last message is an answer that paused, or the request is for a summary of the whole. */
function isOpenEnd(body: string, { paused }: LintOptions): boolean {
  if (rawMember(body, 'compaction') !== undefined) return true
  if (paused === undefined || paused.size === 0) return false
  return paused.has(rawElements(rawMember(withoutMarkers(body), 'messages') ?? '[]').at(-1) ?? '')
}

function lintTools(tools: readonly Loose[]): WireProblem[] {
  const deferred = tools.filter((tool) => tool['defer_loading'] === true)
  const problems: WireProblem[] = deferred
    .filter((tool) => tool['cache_control'])
    .map((tool) => ({ rule: 42, message: `tools: ${String(tool['name'])} is deferred and cannot carry cache_control` }))
  if (tools.length > 0 && deferred.length === tools.length)
    problems.push({ rule: 42, message: 'tools: at least one tool must not be deferred' })
  return problems
}

/** Beside a tool of the provider's that is still at work only results may follow, and behind an answer that paused nothing at all. */
function lintServerTools(messages: readonly Loose[]): WireProblem[] {
  const turns = merged(messages)
  return turns.flatMap((turn, at) => {
    const blocks = blocksOf(turn)
    const answered = blocks.map((block) => block['tool_use_id'])
    const isOpen = blocks.some((block) => /(?:server|mcp)_tool_use$/.test(String(block['type'])) && !answered.includes(block['id']))
    const next = turns[at + 1]
    if (!isOpen || !next) return []
    if (!blocks.some((block) => block['type'] === 'tool_use'))
      return [{ rule: 8, message: 'a paused answer must be sent back without a message behind it' }]
    const isResultsOnly = next['role'] === 'user' && blocksOf(next).every((block) => block['type'] === 'tool_result')
    return isResultsOnly ? [] : [{ rule: 7, message: 'only tool_results may follow while a server tool is at work' }]
  })
}

/** What a search for tools found is still among them. */
function lintReferences(messages: readonly Loose[], tools: readonly Loose[]): WireProblem[] {
  const names = new Set(tools.map((tool) => tool['name']))
  const results = messages.flatMap(blocksOf).filter((block) => block['type'] === 'tool_search_tool_result')
  const found = results.flatMap((block) => listOf(objectOf(block['content'])?.['tool_references']))
  return found
    .filter((reference) => !names.has(reference['tool_name']))
    .map((reference) => ({ rule: 42, message: `Tool reference '${String(reference['tool_name'])}' has no corresponding tool definition` }))
}

/** As the API reads them: neighbours of one role are one message. */
function merged(messages: readonly Loose[]): readonly Loose[] {
  const turns: { role: unknown; content: readonly Loose[] }[] = []
  for (const message of messages) {
    const content = typeof message['content'] === 'string' ? [{ type: 'text', text: message['content'] }] : blocksOf(message)
    const last = turns.at(-1)
    if (last && last.role === message['role']) last.content = [...last.content, ...content]
    else turns.push({ role: message['role'], content })
  }
  return turns.map(({ role, content }) => ({ role, content }))
}

/** What the API takes and a harness should not send as a habit. */
export function lintHabits(body: string): readonly WireProblem[] {
  const request = objectOf(parse(body))
  return listOf(request?.['messages']).flatMap((message, at) => {
    const types = blocksOf(message).map((block) => block['type'])
    return types.includes('tool_result') && types.at(-1) === 'text'
      ? [{ rule: 9, message: `messages.${at}: text behind tool results teaches empty answers` }]
      : []
  })
}

function lintBlocks(message: Loose, at: number): WireProblem[] {
  if (typeof message['content'] === 'string')
    return message['content'] === '' ? [{ rule: 16, message: `messages.${at}: content must be non-empty` }] : []
  const blocks = blocksOf(message)
  if (blocks.length === 0 && message['role'] === 'user') return [{ rule: 16, message: `messages.${at}: content must be non-empty` }]
  return blocks.flatMap((block, n) => lintBlock(block, String(message['role']), `messages.${at}.content.${n}`))
}

function lintBlock(block: Loose, role: string, place: string): WireProblem[] {
  const type = String(block['type'])
  const fields = FIELDS[type]
  // An assistant's block of a type that does not exist yet is fine as long as it was received like that.
  if (fields === undefined) return role === 'assistant' ? [] : [{ rule: 16, message: `${place}: unknown block type ${type}` }]
  const problems: WireProblem[] = Object.keys(block)
    .filter((key) => !fields.split(' ').includes(key))
    .map((key) => ({ rule: 16, message: `${place}.${key}: Extra inputs are not permitted` }))
  if (ROLE_OF[type] !== undefined && ROLE_OF[type] !== role)
    problems.push({ rule: 1, message: `${place}: ${type} blocks belong to the ${ROLE_OF[type]}` })
  if (type === 'text' && role !== 'assistant' && (typeof block['text'] !== 'string' || block['text'].trim() === '')) {
    problems.push({ rule: 16, message: `${place}: text content blocks must be non-empty` })
  }
  if (objectOf(block['source'])?.['type'] === 'url')
    problems.push({ rule: 35, message: `${place}.source: what a URL gives may change; thinking is bound to its bytes` })
  if (type === 'thinking' && (typeof block['thinking'] !== 'string' || typeof block['signature'] !== 'string')) {
    problems.push({ rule: 22, message: `${place}: a thinking block needs its text (possibly empty) and its signature` })
  }
  if (type === 'tool_use' && !objectOf(block['input'])) problems.push({ rule: 6, message: `${place}.input: must be an object` })
  return problems
}

/** Each call is answered once, in the next turn, before anything else, in the order of the calls. */
function lintPairs(messages: readonly Loose[]): WireProblem[] {
  const problems: WireProblem[] = []
  const seen = new Set<string>()
  // What the harness says between results and answer is no turn of its own.
  const turns = merged(messages.filter((message) => message['role'] !== 'system'))
  for (const [at, message] of turns.entries()) {
    const calls = idsOf(message, 'tool_use', 'id')
    for (const id of calls) {
      if (seen.has(id)) problems.push({ rule: 12, message: `messages.${at}: tool_use ids must be unique (${id})` })
      seen.add(id)
    }
    problems.push(...lintResults(calls, turns[at + 1], at + 1))
    const asked = at === 0 ? [] : idsOf(turns[at - 1] ?? {}, 'tool_use', 'id')
    for (const id of idsOf(message, 'tool_result', 'tool_use_id')) {
      if (!asked.includes(id))
        problems.push({ rule: 1, message: `messages.${at}: unexpected tool_use_id ${id}: no such call in the message before` })
    }
    problems.push(...lintToolsets(message, turns[at + 1]))
  }
  return problems
}

/** A result names the family that its call named. */
function lintToolsets(message: Loose, next: Loose | undefined): WireProblem[] {
  return blocksOf(message).flatMap((call) => {
    const result = blocksOf(next ?? {}).find((block) => call['type'] === 'tool_use' && block['tool_use_id'] === call['id'])
    return result && result['toolset_name'] !== call['toolset_name']
      ? [{ rule: 14, message: `the result of ${String(call['id'])} must echo toolset_name` }]
      : []
  })
}

function lintResults(calls: readonly string[], next: Loose | undefined, at: number): WireProblem[] {
  if (calls.length === 0) return []
  const results = idsOf(next ?? {}, 'tool_result', 'tool_use_id')
  const problems: WireProblem[] = calls
    .filter((id) => !results.includes(id))
    .map((id) => ({ rule: 1, message: `messages.${at}: tool_use ${id} has no tool_result in the next message` }))
  if (new Set(results).size < results.length) problems.push({ rule: 12, message: `messages.${at}: a call is answered twice` })
  const first = blocksOf(next ?? {}).slice(0, results.length)
  if (first.some((block) => block['type'] !== 'tool_result'))
    problems.push({ rule: 1, message: `messages.${at}: tool results must come before everything else` })
  const common = results.filter((id) => calls.includes(id))
  if (common.join() !== calls.filter((id) => common.includes(id)).join())
    problems.push({ rule: 3, message: `messages.${at}: results are not in the order of the calls` })
  return problems
}

function lintBreakpoints(request: Loose, messages: readonly Loose[]): WireProblem[] {
  const blocks = messages.flatMap(blocksOf)
  const marked = [...listOf(request['tools']), ...listOf(request['system']), ...blocks].filter((place) => place['cache_control'])
  const automatic = request['cache_control']
  const count = marked.length + (automatic ? 1 : 0)
  const problems: WireProblem[] = count > 4 ? [{ rule: 38, message: `a request may carry 4 cache breakpoints, this one has ${count}` }] : []
  const lives = [...marked.map((place) => place['cache_control']), ...(automatic ? [automatic] : [])].map(ttlOf)
  if (lives.includes('5m') && lives.lastIndexOf('1h') > lives.indexOf('5m'))
    problems.push({ rule: 38, message: 'a breakpoint of one hour must come before those of five minutes' })
  const last = blocks.findLast((block) => !isThinking(block))
  if (automatic && last?.['cache_control'] && ttlOf(last['cache_control']) !== ttlOf(automatic))
    problems.push({ rule: 38, message: 'the last block carries another ttl than the automatic breakpoint' })
  if (marked.some(isThinking)) problems.push({ rule: 38, message: 'thinking blocks cannot carry cache_control' })
  return problems
}

const isThinking = (block: Loose): boolean => block['type'] === 'thinking' || block['type'] === 'redacted_thinking'

function ttlOf(mark: unknown): unknown {
  return objectOf(mark)?.['ttl'] ?? '5m'
}

function lintPrefix(body: string, previous: string): WireProblem[] {
  const problems: WireProblem[] = []
  for (const key of ['system', 'tools']) {
    if (rawMember(withoutMarkers(body), key) !== rawMember(withoutMarkers(previous), key))
      problems.push({ rule: 23, message: `${key} is not what was sent before` })
  }
  if (!continues(body, previous)) problems.push({ rule: 24, message: 'a message that was sent before was changed or removed' })
  return problems
}

function lintAnswers(body: string, messages: readonly Loose[], answers: readonly string[]): WireProblem[] {
  const raw = rawElements(rawMember(withoutMarkers(body), 'messages') ?? '[]')
  return messages.flatMap((message, at) => {
    if (message['role'] !== 'assistant' || answers.includes(raw[at] ?? '')) return []
    return [{ rule: 15, message: `messages.${at}: the assistant message is not what the model sent: ${raw[at]?.slice(0, 400)}` }]
  })
}

function blocksOf(message: Loose): readonly Loose[] {
  return listOf(message['content'])
}

function idsOf(message: Loose, type: string, key: string): string[] {
  return blocksOf(message)
    .filter((block) => block['type'] === type)
    .map((block) => String(block[key]))
}

function listOf(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map((item) => objectOf(item) ?? {}) : []
}

function objectOf(value: unknown): Loose | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The raw text of a top-level member of valid JSON. */
export function rawMember(json: string, key: string): string | undefined {
  return rawParts(json)
    .find((part) => part.startsWith(`${JSON.stringify(key)}:`))
    ?.slice(JSON.stringify(key).length + 1)
}

/** The raw texts of a top-level array's elements. */
export function rawElements(json: string): readonly string[] {
  return rawParts(json)
}

/** What stands between the outermost brackets, split at commas of the first level. */
function rawParts(json: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 1
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},]/gs
  for (const { 0: found, index } of json.matchAll(token)) {
    if (found === '[' || found === '{') depth++
    else if (found === ']' || found === '}') depth--
    if ((found === ',' && depth === 1) || depth === 0) {
      const part = json.slice(from, index).trim()
      if (part !== '') parts.push(part)
      from = index + 1
    }
  }
  return parts
}
