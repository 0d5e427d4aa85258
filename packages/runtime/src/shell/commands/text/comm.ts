import { CommandError } from '../command'
import { latinWord } from './latin'
import { OrderWatch } from './order-watch'
import { RecordReader } from './record-reader'
import { curly } from './quotes'
import { compareText } from './sort-order'
import { openOrFail, textTool, usageError, type Tool } from './tool'

async function comm(tool: Tool): Promise<number> {
  const { options, out, call } = tool
  const end = options.has('zero') ? '\0' : '\n'
  const [first, second] = tool.operands.map((name) => new RecordReader(openOrFail(tool, name), end))
  if (first === undefined || second === undefined) return 1
  const given = options.value('output')
  if (new Set(options.values('output')).size > 1) throw new CommandError('multiple output delimiters specified')
  const delimiter = given === undefined ? '\t' : given === '' ? '\0' : latinWord(given)
  const hides = [1, 2, 3].map((column) => options.has(`${column}`))
  const indents = ['', hides[0] ? '' : delimiter, `${hides[0] ? '' : delimiter}${hides[1] ? '' : delimiter}`]
  const counts = [0, 0, 0]
  const watch = new OrderWatch(tool, {
    isForced: options.last('check', 'nocheck') === 'check',
    isOff: options.last('check', 'nocheck') === 'nocheck',
  })
  const watched = async (reader: RecordReader, side: 0 | 1): Promise<string | undefined> => {
    const line = await reader.next()
    if (line !== undefined) await watch.see(side, line, `file ${side + 1} is not in sorted order`)
    return line
  }
  let a = await watched(first, 0)
  let b = await watched(second, 1)
  const show = (column: 0 | 1 | 2, line: string): void => {
    counts[column] = (counts[column] ?? 0) + 1
    if (!hides[column]) out.put(`${indents[column]}${line}${end}`)
  }
  while (a !== undefined || b !== undefined) {
    const order: number = a === undefined ? 1 : b === undefined ? -1 : compareText(a, b)
    if (order !== 0) watch.noteUnpaired()
    show(order === 0 ? 2 : order < 0 ? 0 : 1, (order <= 0 ? a : b) ?? '')
    if (order <= 0) a = await watched(first, 0)
    if (order >= 0) b = await watched(second, 1)
    await out.settle()
    call.tick()
  }
  if (options.has('total')) out.put(`${counts.join(delimiter)}${delimiter}total${end}`)
  return watch.code()
}

/** Lines that two sorted files have in common and not. */
export const commCommand = textTool({
  name: 'comm',
  summary: 'shows lines of two sorted files that are in the first, in the second, in both',
  usage: '[OPTION]... FILE1 FILE2',
  shape: {
    options: [
      { key: '1', short: '1' },
      { key: '2', short: '2' },
      { key: '3', short: '3' },
      { key: 'check', long: ['check-order'] },
      { key: 'nocheck', long: ['nocheck-order'] },
      { key: 'output', long: ['output-delimiter'], value: 'required' },
      { key: 'total', long: ['total'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: (tool) => {
    const [first, , third] = tool.operands
    if (first === undefined) usageError('missing operand')
    if (tool.operands.length === 1) usageError(`missing operand after ${curly(first ?? '')}`)
    if (third !== undefined) usageError(`extra operand ${curly(third)}`)
    return comm(tool)
  },
})
