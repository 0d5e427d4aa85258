import {
  costOf,
  functionCallOf,
  type CallId,
  type Content,
  type Outcome,
  type SessionEvent,
  type ToolCost,
  type Usage,
} from '@tabwright/protocol'
import { toldBy } from '../agents/told'
import { tokensShown } from '../attached'
import { billsOf } from '../bills'
import { tokensIn } from '../window'

/** Follows a log and says what the results of each tool cost. */
export interface ToolCosts {
  add(event: SessionEvent): void
  result(): readonly ToolCost[]
}

/** Between prose and code. For what no count follows. */
const CHARS_PER_TOKEN = 3.5

/** Something that the next request carries; without a tool it is a message. */
interface Waiting {
  readonly tool?: string
  readonly size: number
}

/** One conversation: the session's own, or a sub-agent's. */
interface Conversation {
  /** Tokens in its window after its newest answer; undefined where the next request begins a wire. */
  used: number | undefined
  waiting: Waiting[]
}

interface Sum {
  calls: number
  tokens: number
  dollars: number
  isUnknown: boolean
  own: number
}

/** Begins at nothing. */
export function countTools(): ToolCosts {
  const sums = new Map<string, Sum>()
  const names = new Map<CallId, string>()
  const conversations = new Map<string, Conversation>()
  const sumOf = (tool: string): Sum => {
    const sum = sums.get(tool) ?? { calls: 0, tokens: 0, dollars: 0, isUnknown: false, own: 0 }
    sums.set(tool, sum)
    return sum
  }
  return {
    add: (event) => {
      const key = event.type === 'agent.noted' ? event.data.call : ''
      const conversation = conversations.get(key) ?? { used: undefined, waiting: [] }
      conversations.set(key, conversation)
      // What a sub-agent is billed is a cost of the call that asked for it.
      if (event.type === 'agent.noted') sumOf(names.get(event.data.call) ?? 'task').own += dollarsOf(event)
      take({ event: toldBy(event), conversation, names, sumOf })
    },
    result: () =>
      [...sums]
        .map(([name, { isUnknown, dollars, ...sum }]): ToolCost => ({ name, ...sum, ...(!isUnknown && { dollars }) }))
        .toSorted((a, b) => b.tokens - a.tokens || b.own - a.own),
  }
}

interface Taking {
  readonly event: SessionEvent
  readonly conversation: Conversation
  readonly names: Map<CallId, string>
  readonly sumOf: (tool: string) => Sum
}

function take({ event, conversation, names, sumOf }: Taking): void {
  switch (event.type) {
    case 'message.user':
      conversation.waiting.push({
        size: sizeOf(event.data.content),
      })
      return
    case 'context.loaded':
      conversation.waiting.push({ size: event.data.text?.length ?? 0 })
      return
    case 'call.requested':
    case 'check.started':
      names.set(event.data.call, event.data.tool)
      return
    case 'call.ended': {
      const tool = names.get(event.data.call) ?? 'A call'
      const sum = sumOf(tool)
      sum.calls += 1
      sum.own += dollarsOf(event)
      conversation.waiting.push({ tool, size: resultSize(event.data.outcome) })
      return
    }
    case 'message.assistant':
      charge({ event, conversation, sumOf })
      for (const block of event.data.content) if (block.type === 'call') names.set(block.id, functionCallOf(block)?.function ?? block.name)
      return
    case 'compaction.ended':
    case 'history.rewound':
      conversation.used = undefined
      return
    default:
  }
}

/** In characters; pictures and documents as many as their tokens are worth. */
function sizeOf(content: readonly Content[]): number {
  return content.reduce((all, block) => all + (block.type === 'text' ? block.text.length : tokensShown(block) * CHARS_PER_TOKEN), 0)
}

function resultSize(outcome: Outcome): number {
  return outcome.text.length + (outcome.type === 'done' ? sizeOf(outcome.images ?? []) : 0)
}

/** Shares among what was waiting by how much the request grew. */
function charge({
  event,
  conversation,
  sumOf,
}: Pick<Taking, 'conversation' | 'sumOf'> & { event: SessionEvent<'message.assistant'> }): void {
  const { usage, model, content } = event.data
  const size = conversation.waiting.reduce((all, one) => all + one.size, 0)
  const grown = conversation.used === undefined ? undefined : tokensIn({ ...usage, output: 0 }) - conversation.used
  // The first request holds the system prompt and the tools too, and a cleared one is shorter than what it follows.
  const each = grown === undefined || grown <= 0 || size === 0 ? 1 / CHARS_PER_TOKEN : Math.min(1, grown / size)
  const price = freshPrice(model, usage, event.at)
  for (const waiting of conversation.waiting) {
    if (waiting.tool === undefined) continue
    const sum = sumOf(waiting.tool)
    const tokens = waiting.size * each
    sum.tokens += tokens
    if (price === undefined) sum.isUnknown = true
    else sum.dollars += tokens * price
  }
  conversation.waiting = []
  // What came back empty is not in the window.
  if (content.length > 0) conversation.used = tokensIn(usage)
}

/** Dollars of one token that was not in the cache yet. */
function freshPrice(model: string, { input, cacheWrite, cacheWriteHour = 0 }: Usage, at: number): number | undefined {
  const fresh = input + cacheWrite
  const usage =
    fresh === 0 ? { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 } : { input, output: 0, cacheRead: 0, cacheWrite, cacheWriteHour }
  const dollars = costOf({ model, usage }, at)
  return dollars === undefined ? undefined : dollars / Math.max(1, fresh)
}

function dollarsOf(event: SessionEvent): number {
  return billsOf(event).reduce((all, bill) => all + (costOf(bill, event.at) ?? 0), 0)
}
