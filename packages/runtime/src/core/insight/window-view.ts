import {
  WINDOW_PARTS,
  type Cleared,
  type WindowCounted,
  type WindowItem,
  type WindowPart,
  type WindowView,
  type WireRow,
} from '@tabwright/protocol'
import { headerBlocks, messageBlocks, type NamedCalls, type WindowBlock } from './window-blocks'

/** The newest answer of the present wire, as the provider counted it. */
export interface NewestCount extends WindowCounted {
  /** Messages of the request that it answered. */
  readonly messages: number
  readonly cleared?: Cleared
}

/** Between prose and code. What nobody has counted yet is measured with it. */
const CHARS_PER_TOKEN = 3.5
/** As many names as a person looks through. */
const MOST_ITEMS = 12

/** A piece with its share of the tokens. */
interface Weighed extends WindowBlock {
  readonly tokens: number
  readonly cached: number
}

/**
 * What is in the window, by what it is. The whole is the provider's count, the shares are by length.
 * @param rows the wire in force, header first; none where nothing of it was sent
 * @param count absent where nothing of this wire was answered
 */
export function windowView(rows: readonly WireRow[], count?: NewestCount): WindowView {
  const { prompt, answer, ahead, perToken } = split(rows, count)
  const sent = weigh(prompt, count && count.cacheRead + count.cacheWrite + count.input, perToken)
  const said = weigh(answer, count?.output, perToken)
  const all = [...withCache(sent, count?.cacheRead ?? 0), ...said.map((block) => ({ ...block, cached: 0 }))]
  return {
    parts: partsOf(all),
    ahead: Math.ceil(sizeOf(ahead) / perToken),
    ...(count && { counted: figuresOf(count) }),
    ...(count?.cleared && { cleared: count.cleared }),
  }
}

interface Split {
  readonly prompt: readonly WindowBlock[]
  readonly answer: readonly WindowBlock[]
  readonly ahead: readonly WindowBlock[]
  /** Characters of a token, as this conversation has them. */
  readonly perToken: number
}

function split([header, ...messages]: readonly WireRow[], count: NewestCount | undefined): Split {
  const calls: NamedCalls = new Map()
  const blocks = messages.map((row) => messageBlocks(row, calls))
  const frozen = header ? headerBlocks(header) : []
  if (!count) return { prompt: [...frozen, ...blocks.flat()], answer: [], ahead: [], perToken: CHARS_PER_TOKEN }
  const prompt = withoutCleared([...frozen, ...blocks.slice(0, count.messages).flat()], count.cleared)
  const tokens = count.cacheRead + count.cacheWrite + count.input
  return {
    prompt,
    answer: blocks[count.messages] ?? [],
    ahead: blocks.slice(count.messages + 1).flat(),
    perToken: tokens > 0 && sizeOf(prompt) > 0 ? sizeOf(prompt) / tokens : CHARS_PER_TOKEN,
  }
}

/** The provider leaves out the oldest results first. */
function withoutCleared(blocks: readonly WindowBlock[], cleared: Cleared | undefined): readonly WindowBlock[] {
  let left = cleared?.toolUses ?? 0
  return left === 0 ? blocks : blocks.filter((block) => !(block.isResult && left-- > 0))
}

const sizeOf = (blocks: readonly WindowBlock[]): number => blocks.reduce((sum, { size }) => sum + size, 0)

/** @param total tokens that the pieces are together, where that was counted */
function weigh(blocks: readonly WindowBlock[], total: number | undefined, perToken: number): readonly Omit<Weighed, 'cached'>[] {
  const size = sizeOf(blocks)
  const each = total === undefined || size === 0 ? 1 / perToken : total / size
  return blocks.map((block) => ({ ...block, tokens: block.size * each }))
}

/** What is cached is a beginning of what was sent. */
function withCache(blocks: readonly Omit<Weighed, 'cached'>[], cacheRead: number): readonly Weighed[] {
  let left = cacheRead
  return blocks.map((block) => {
    const cached = Math.min(left, block.tokens)
    left -= cached
    return { ...block, cached }
  })
}

function partsOf(blocks: readonly Weighed[]): readonly WindowPart[] {
  return WINDOW_PARTS.flatMap((name) => {
    const own = blocks.filter(({ part, size }) => part === name && size > 0)
    if (own.length === 0) return []
    const items = itemsOf(own)
    const sum = (of: (block: Weighed) => number): number => own.reduce((all, block) => all + of(block), 0)
    return [
      {
        name,
        tokens: sum(({ tokens }) => tokens),
        cached: sum(({ cached }) => cached),
        items: items.slice(0, MOST_ITEMS),
        more: Math.max(0, items.length - MOST_ITEMS),
      },
    ]
  })
}

function itemsOf(blocks: readonly Weighed[]): readonly WindowItem[] {
  const items = new Map<string, WindowItem>()
  for (const { name, tokens } of blocks) {
    const before = items.get(name)
    items.set(name, { name, tokens: tokens + (before?.tokens ?? 0), times: 1 + (before?.times ?? 0) })
  }
  return [...items.values()].toSorted((a, b) => b.tokens - a.tokens)
}

function figuresOf({ model, at, cacheRead, cacheWrite, input, output }: NewestCount): WindowCounted {
  return { model, at, cacheRead, cacheWrite, input, output }
}
