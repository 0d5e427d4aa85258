import { CommandError } from '../command'
import { recordBatches } from './latin'
import { curly } from './quotes'
import { eachInput, textTool } from './tool'

function advanced(column: number, code: number, countsBytes: boolean): number {
  if (countsBytes) return column + 1
  if (code === 8) return Math.max(0, column - 1)
  if (code === 13) return 0
  return code === 9 ? column + 8 - (column % 8) : column + 1
}

interface Width {
  readonly width: number
  readonly countsBytes: boolean
  readonly atSpaces: boolean
}

function folded(line: string, how: Width): string {
  if (line.length <= how.width && !line.includes('\t')) return line
  const rows: string[] = []
  let start = 0
  let column = 0
  for (let at = 0; at < line.length; at++) {
    const next = advanced(column, line.charCodeAt(at), how.countsBytes)
    if (next <= how.width || at === start) {
      column = next
      continue
    }
    const space = how.atSpaces ? lastBlank(line, start, at) : -1
    const end = space < 0 ? at : space + 1
    rows.push(line.slice(start, end))
    start = end
    column = 0
    for (let i = start; i < at; i++) column = advanced(column, line.charCodeAt(i), how.countsBytes)
    at -= 1
  }
  rows.push(line.slice(start))
  return rows.join('\n')
}

function lastBlank(line: string, from: number, to: number): number {
  for (let at = to - 1; at >= from; at--) {
    const code = line.charCodeAt(at)
    if (code === 32 || code === 9) return at
  }
  return -1
}

/** Breaks long lines. */
export const foldCommand = textTool({
  name: 'fold',
  summary: 'breaks lines that are longer than a width',
  usage: '[OPTION]... [FILE]...',
  before: (args) => args.map((word) => (/^-\d+$/.test(word) ? `-w${word.slice(1)}` : word)),
  shape: {
    options: [
      { key: 'bytes', short: 'b', long: ['bytes'] },
      { key: 'spaces', short: 's', long: ['spaces'] },
      { key: 'width', short: 'w', long: ['width'], value: 'required' },
    ],
  },
  run: (tool) => {
    const text = tool.options.value('width') ?? '80'
    if (!/^\+?\d+$/.test(text) || Number(text) === 0) throw new CommandError(`invalid number of columns: ${curly(text)}`)
    const how: Width = { width: Number(text), countsBytes: tool.options.has('bytes'), atSpaces: tool.options.has('spaces') }
    return eachInput(tool, async (input) => {
      for await (const { records, isEnded } of recordBatches(input)) {
        tool.call.tick()
        for (const record of records) tool.out.put(folded(record, how) + (isEnded ? '\n' : ''))
        await tool.out.settle()
      }
    })
  },
})
