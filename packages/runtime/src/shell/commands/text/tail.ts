import type { Input } from '../../streams/stream'
import { CommandError } from '../command'
import { countOf } from './counts'
import { followFiles, type Followed } from './tail-follow'
import { readWords } from './head'
import { curly } from './quotes'
import { eachInput, textTool, type Tool } from './tool'

const OLD = /^([-+])(\d*)([bcl]?)(f?)$/

/** `-5`, `+5`, `-20c`, `-5f` as today's options, where the first word is one and at most one file follows. */
function modern(args: readonly string[]): readonly string[] {
  const [word = '', ...rest] = args
  const match = OLD.exec(word)
  if (match === null || word === '-' || /^-[cfl]f?$/.test(word) || word === '+' || rest.length > 1) return args
  const [, sign = '-', count, unit = '', follow] = match
  const amount = unit === 'b' ? `${count === '' ? '10' : count}b` : count === '' ? '10' : (count ?? '10')
  return [unit === 'l' || unit === '' ? '-n' : '-c', sign === '+' ? `+${amount}` : amount, ...(follow === 'f' ? ['-f'] : []), ...rest]
}

interface Amount {
  readonly unit: 'lines' | 'bytes'
  readonly count: number
  readonly isFromStart: boolean
  readonly separator: number
}

function amountOf({ options }: Tool): Amount {
  const key = options.last('lines', 'bytes')
  const text = options.value(key ?? 'lines') ?? '10'
  const unit = key === 'bytes' ? 'bytes' : 'lines'
  const count = countOf(text.replace(/^[-+]/, ''))
  if (count === undefined) throw new CommandError(`invalid number of ${unit}: ${curly(text.replace(/^-/, ''))}`)
  return { unit, count, isFromStart: text.startsWith('+'), separator: options.has('zero') ? 0 : 0x0a }
}

async function fromStart(tool: Tool, input: Input, amount: Amount): Promise<void> {
  let skip = Math.max(0, amount.count - 1)
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tool.call.tick()
    let at = 0
    while (skip > 0 && at < chunk.length) {
      const next = amount.unit === 'bytes' ? Math.min(chunk.length, at + skip) : chunk.indexOf(amount.separator, at) + 1
      skip -= amount.unit === 'bytes' ? next - at : next === 0 ? 0 : 1
      at = next === 0 ? chunk.length : next
    }
    if (at < chunk.length) await tool.out.pass(chunk.subarray(at))
  }
}

/** Keeps whole chunks, and of those only as many as may still hold what is wanted. */
async function fromEnd(tool: Tool, input: Input, amount: Amount): Promise<void> {
  const kept: { readonly bytes: Uint8Array; readonly weight: number }[] = []
  let total = 0
  for (let bytes = await input.read(); bytes !== undefined; bytes = await input.read()) {
    tool.call.tick()
    const weight = amount.unit === 'bytes' ? bytes.length : separatorsIn(bytes, amount.separator)
    kept.push({ bytes, weight })
    total += weight
    for (let oldest = kept[0]; oldest !== undefined && total - oldest.weight > amount.count; oldest = kept[0]) {
      total -= oldest.weight
      kept.shift()
    }
  }
  const last = kept.at(-1)?.bytes
  if (last === undefined || amount.count === 0) return
  const isUnended = amount.unit === 'lines' && last.at(-1) !== amount.separator
  let skip = Math.max(0, total + (isUnended ? 1 : 0) - amount.count)
  for (const { bytes } of kept) {
    let at = 0
    while (skip > 0 && at < bytes.length) {
      const next = amount.unit === 'bytes' ? Math.min(bytes.length, at + skip) : bytes.indexOf(amount.separator, at) + 1
      skip -= amount.unit === 'bytes' ? next - at : next === 0 ? 0 : 1
      at = next === 0 ? bytes.length : next
    }
    if (at < bytes.length) await tool.out.pass(bytes.subarray(at))
  }
}

function separatorsIn(bytes: Uint8Array, separator: number): number {
  let count = 0
  for (let at = bytes.indexOf(separator); at >= 0; at = bytes.indexOf(separator, at + 1)) count += 1
  return count
}

async function tail(tool: Tool): Promise<number> {
  const { operands, options, out, call } = tool
  const amount = amountOf(tool)
  const isWaiting = options.has('follow') || options.has('retrying')
  // Nothing is asked for: no file is even opened.
  if (amount.count === 0 && !amount.isFromStart && !isWaiting) return 0
  const isTitled = options.last('quiet', 'verbose') === 'verbose' || (!options.has('quiet') && operands.length > 1)
  const followed: Followed[] = []
  let count = 0
  const title = (name: string): void => {
    if (isTitled) out.putText(`${count++ > 0 ? '\n' : ''}==> ${name === '-' ? 'standard input' : name} <==\n`)
  }
  const code = await eachInput(
    tool,
    async (input, name) => {
      const node = name === '-' ? call.file(0)?.node : call.system.tree.find(call.at(name))
      title(name)
      const size = node?.type === 'file' ? node.bytes.length : 0
      await (amount.isFromStart ? fromStart(tool, input, amount) : fromEnd(tool, input, amount))
      if (node?.type === 'file') followed.push({ name, node, at: size })
    },
    {
      words: (name, error) => {
        if (error.code === 'EISDIR') title(name)
        return readWords(name, error)
      },
    },
  )
  const how = options.value('follow') ?? 'descriptor'
  if (!['descriptor', 'name'].includes(how))
    throw new CommandError(`invalid argument ${curly(how)} for '--follow'\nValid arguments are:\n  - 'descriptor'\n  - 'name'`)
  if (!isWaiting) return code
  return followFiles(tool, { followed, isByName: how === 'name' || options.has('retrying'), isTitled, code })
}

/** Last part of files. */
export const tailCommand = textTool({
  name: 'tail',
  summary: 'prints the last 10 lines, or as many lines or bytes as told, of each file; -f waits for more',
  usage: '[OPTION]... [FILE]...',
  before: modern,
  shape: {
    options: [
      { key: 'bytes', short: 'c', long: ['bytes'], value: 'required' },
      { key: 'follow', short: 'f' },
      { key: 'follow', long: ['follow'], value: 'optional' },
      { key: 'retrying', short: 'F' },
      { key: 'lines', short: 'n', long: ['lines'], value: 'required' },
      { key: 'max-unchanged', long: ['max-unchanged-stats'], value: 'required' },
      { key: 'pid', long: ['pid'], value: 'required' },
      { key: 'quiet', short: 'q', long: ['quiet', 'silent'] },
      { key: 'retry', long: ['retry'] },
      { key: 'sleep', short: 's', long: ['sleep-interval'], value: 'required' },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: tail,
})
