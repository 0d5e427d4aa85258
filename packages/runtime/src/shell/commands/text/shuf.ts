import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { allRecords, latinWord } from './latin'
import { LatinOutput } from './latin-output'
import { curly, quoteIfNeeded } from './quotes'
import { bytesFrom, bytesOfRandom, RandomChoice } from './random-choice'
import { openOrFail, textTool, usageError, type Tool } from './tool'

interface Lot {
  readonly size: number
  at(index: number): string
}

function rangeOf(text: string): Lot {
  const [, low, high] = /^\+?(\d+)-\+?(\d+)$/.exec(text) ?? []
  const [start = '', ...rest] = text.split('-')
  const blamed = rest.length === 0 ? text : /^\+?\d+$/.test(start) ? rest.join('-') : start
  if (low === undefined || high === undefined) throw new CommandError(`invalid input range: ${curly(blamed)}`)
  const [from, to] = [Number(low), Number(high)]
  if (to < from - 1) throw new CommandError(`invalid input range: ${curly(text)}`)
  return { size: to - from + 1, at: (index) => String(from + index) }
}

async function lotOf(tool: Tool): Promise<Lot> {
  const { operands, options } = tool
  const range = options.value('range')
  if (range !== undefined) {
    if (options.has('echo')) usageError('cannot combine -e and -i options')
    if (operands.length > 0) usageError(`extra operand ${curly(operands[0] ?? '')}`)
    return rangeOf(range)
  }
  if (!options.has('echo') && operands.length > 1) usageError(`extra operand ${curly(operands[1] ?? '')}`)
  const separator = options.has('zero') ? '\0' : '\n'
  const records = options.has('echo')
    ? operands.map(latinWord)
    : (await allRecords(openOrFail(tool, operands[0] ?? '-'), separator)).records
  return { size: records.length, at: (index) => records[index] ?? '' }
}

function choiceOf({ call, options }: Tool): RandomChoice {
  const source = options.value('random-source')
  if (source === undefined) return new RandomChoice(bytesOfRandom((bytes) => call.system.random(bytes)))
  try {
    return new RandomChoice(bytesFrom(call.open(source), quoteIfNeeded(source)))
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(source)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

interface Sizes {
  readonly size: number
  readonly count: number
}

/** The first `count` places of a shuffle of `size`. */
async function permutation({ call }: Tool, choice: RandomChoice, { size, count }: Sizes): Promise<readonly number[]> {
  const moved = new Map<number, number>()
  const out: number[] = []
  for (let at = 0; at < count; at++) {
    call.tick()
    const other = at + (await choice.below(size - at))
    const drawn = moved.get(other) ?? other
    moved.set(other, moved.get(at) ?? at)
    out.push(drawn)
  }
  return out
}

/** Keeps `count` of what comes by, each equally likely: what the real tool does with input of unknown length. */
async function reservoir(choice: RandomChoice, size: number, count: number): Promise<readonly number[]> {
  const kept = Array.from({ length: Math.min(size, count) }, (_, at) => at)
  // The fate of a line is drawn before it is known whether there is one: one draw more than lines.
  for (let at = count; at <= size; at++) {
    const place = await choice.below(at + 1)
    if (place < count && at < size) kept[place] = at
  }
  return kept
}

function headCount({ options }: Tool): number {
  const counts = options.values('count').map((text) => {
    if (!/^\+?\d+$/.test(text)) throw new CommandError(`invalid line count: ${curly(text)}`)
    return Number(text)
  })
  return Math.min(Infinity, ...counts)
}

async function shuf(tool: Tool): Promise<number> {
  const { call, options } = tool
  const count = headCount(tool)
  const end = options.has('zero') ? '\0' : '\n'
  const choice = choiceOf(tool)
  const lot = await lotOf(tool)
  const target = options.value('output')
  const out = target === undefined ? tool.out : new LatinOutput(call.create(target))
  const show = async (index: number): Promise<void> => {
    out.put(lot.at(index) + end)
    if (out.isFull) await out.flush()
    call.tick()
  }
  if (options.has('repeat')) {
    if (lot.size === 0 && count > 0) throw new CommandError('no lines to repeat')
    for (let drawn = 0; drawn < count; drawn++) await show(await choice.below(lot.size))
  } else {
    const isStream = !options.has('echo') && !options.has('range') && isUnsized(tool)
    const size = Math.min(count, lot.size)
    const pool = isStream && count < Infinity ? await reservoir(choice, lot.size, count) : undefined
    for (const at of await permutation(tool, choice, { size: pool?.length ?? lot.size, count: size })) await show(pool?.[at] ?? at)
  }
  await out.flush()
  return 0
}

/** Whether the size of the input is not known before it was read, or it is too long to hold. */
function isUnsized({ call, operands }: Tool): boolean {
  const [name = '-'] = operands
  const node = name === '-' ? call.file(0)?.node : call.system.tree.find(call.at(name))
  return node?.type !== 'file' || node.bytes.length > 8 * 1024 * 1024
}

/** Shuffles lines. */
export const shufCommand = textTool({
  name: 'shuf',
  summary: 'writes lines, words or numbers in random order',
  usage: '[OPTION]... [FILE]',
  shape: {
    options: [
      { key: 'echo', short: 'e', long: ['echo'] },
      { key: 'range', short: 'i', long: ['input-range'], value: 'required' },
      { key: 'count', short: 'n', long: ['head-count'], value: 'required' },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'random-source', long: ['random-source'], value: 'required' },
      { key: 'repeat', short: 'r', long: ['repeat'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: shuf,
})
