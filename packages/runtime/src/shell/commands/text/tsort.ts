import { CommandError } from '../command'
import { complain, openOrFail, textTool, usageError, type Tool } from './tool'
import { readLatin, textOfLatin } from './latin'
import { curly, quoteIfNeeded } from './quotes'
import { compareText } from './sort-order'

interface Item {
  readonly name: string
  /** Pairs that say that something else comes before it. */
  waits: number
  readonly followers: Item[]
  isDone: boolean
}

/** Items in the order of their names, which is the order in which the real tool looks at them. */
function itemsOf(words: readonly string[]): readonly Item[] {
  const items = new Map<string, Item>()
  const item = (name: string): Item => {
    const known = items.get(name) ?? { name, waits: 0, followers: [], isDone: false }
    items.set(name, known)
    return known
  }
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [first, second] = [item(words[at] ?? ''), item(words[at + 1] ?? '')]
    if (first === second) continue
    second.waits += 1
    // The pair that was read last is looked at first.
    first.followers.unshift(second)
  }
  return [...items.values()].toSorted((a, b) => compareText(a.name, b.name))
}

/** Some items that wait for each other, in the order in which the real tool tells them. */
function loopOf(items: readonly Item[]): readonly Item[] {
  const waiting = items.filter((item) => !item.isDone && item.waits > 0)
  const [start] = waiting
  const trail: Item[] = []
  let at = start
  while (at !== undefined && !trail.includes(at)) {
    trail.push(at)
    const current: Item = at
    at = waiting.find((item) => item.followers.includes(current))
    if (at !== undefined && trail.includes(at)) trail.splice(0, trail.indexOf(at))
  }
  const [first, ...others] = trail
  return first === undefined ? [] : [first, ...others.toReversed()]
}

async function tsort(tool: Tool): Promise<number> {
  const { operands, out, call } = tool
  if (operands.length > 1) usageError(`extra operand ${curly(operands[1] ?? '')}`)
  const [name = '-'] = operands
  const words = (await readLatin(openOrFail(tool, name))).split(/[ \t\n]+/).filter((word) => word !== '')
  if (words.length % 2 === 1) throw new CommandError(`${quoteIfNeeded(name)}: input contains an odd number of tokens`)
  const items = itemsOf(words)
  let left = items.length
  let code = 0
  while (left > 0) {
    const ready = items.filter((item) => !item.isDone && item.waits === 0)
    for (let at = 0; at < ready.length; at++) {
      call.tick()
      const item = ready[at]
      if (item === undefined) break
      item.isDone = true
      left -= 1
      out.put(`${item.name}\n`)
      for (const follower of item.followers) follower.waits -= 1
      ready.push(...item.followers.filter((follower, place) => follower.waits === 0 && item.followers.indexOf(follower) === place))
    }
    if (left === 0) break
    code = 1
    await complain(tool, `${quoteIfNeeded(name)}: input contains a loop:`)
    const loop = loopOf(items)
    for (const item of loop) await complain(tool, textOfLatin(item.name))
    breakLoop(loop)
  }
  return code
}

/** Takes away one pair of the loop. */
function breakLoop(loop: readonly Item[]): void {
  const [first] = loop
  const before = loop.at(-1) ?? first
  if (first === undefined || before === undefined) return
  const at = before.followers.indexOf(first)
  if (at >= 0) before.followers.splice(at, 1)
  first.waits -= 1
}

/** Orders what depends on each other. */
export const tsortCommand = textTool({
  name: 'tsort',
  summary: 'orders words so that the first of each pair comes before the second',
  usage: '[FILE]',
  shape: { options: [] },
  run: tsort,
})
