import type { Input } from '../../streams/stream'
import { CommandError } from '../command'
import { latinWord, recordBatches } from './latin'
import { RecordReader } from './record-reader'
import { eachInput, openOrFail, textTool, type Tool } from './tool'

const NAMED: Readonly<Record<string, string>> = { '0': '', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

function delimitersOf(list: string): readonly string[] {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(list)) throw new CommandError(`delimiter list ends with an unescaped backslash: ${list}`)
  const found = [...list.matchAll(/\\([^])|([^])/g)].map(([, named, plain]) =>
    named === undefined ? (plain ?? '') : (NAMED[named] ?? named),
  )
  return found.length === 0 ? [''] : found
}

interface Plan {
  readonly delimiters: readonly string[]
  readonly end: string
}

async function serial(tool: Tool, { delimiters, end }: Plan): Promise<number> {
  return eachInput(tool, async (input) => {
    let count = 0
    for await (const { records } of recordBatches(input, end)) {
      tool.call.tick()
      for (const record of records) {
        tool.out.put(count === 0 ? record : `${delimiters[(count - 1) % delimiters.length]}${record}`)
        count += 1
      }
      await tool.out.settle()
    }
    tool.out.put(end)
  })
}

function opened(tool: Tool): readonly Input[] {
  let stdin: Input | undefined
  return (tool.operands.length === 0 ? ['-'] : tool.operands).map((name) => {
    if (name !== '-') return openOrFail(tool, name)
    stdin ??= openOrFail(tool, name)
    return stdin
  })
}

async function parallel(tool: Tool, { delimiters, end }: Plan): Promise<number> {
  const known = new Map<Input, RecordReader>()
  const readers = opened(tool).map((input) => {
    const reader = known.get(input) ?? new RecordReader(input, end)
    known.set(input, reader)
    return reader
  })
  for (;;) {
    const row: (string | undefined)[] = []
    for (const reader of readers) row.push(await reader.next())
    if (row.every((cell) => cell === undefined)) return 0
    tool.out.put(row.map((cell, at) => `${at === 0 ? '' : delimiters[(at - 1) % delimiters.length]}${cell ?? ''}`).join('') + end)
    await tool.out.settle()
  }
}

/** Lines of files side by side. */
export const pasteCommand = textTool({
  name: 'paste',
  summary: 'joins lines of files side by side, or all lines of each file with -s',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'delimiters', short: 'd', long: ['delimiters'], value: 'required' },
      { key: 'serial', short: 's', long: ['serial'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: (tool) => {
    const plan = {
      delimiters: delimitersOf(latinWord(tool.options.value('delimiters') ?? '\t')),
      end: tool.options.has('zero') ? '\0' : '\n',
    }
    return tool.options.has('serial') ? serial(tool, plan) : parallel(tool, plan)
  },
})
