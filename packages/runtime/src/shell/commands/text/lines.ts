import type { Input } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { NotImplemented } from '../command'
import { lines } from '../../streams/stream'
import { readLatin } from './latin'
import { quoted, quoteIfNeeded } from './quotes'
import { eachInput, textTool, type Tool } from './tool'

/** Records with their separators on the side where they belong, last first. */
async function backwards({ out, options }: Tool, input: Input): Promise<void> {
  const text = await readLatin(input)
  const separator = options.value('separator') ?? '\n'
  if (text === '') return
  const isBefore = options.has('before')
  const pieces = text.split(separator === '' ? '\0' : separator)
  const last = pieces.pop() ?? ''
  const mark = separator === '' ? '\0' : separator
  if (isBefore) {
    const [first, ...rest] = [...pieces, last]
    for (const piece of rest.toReversed()) out.put(mark + piece)
    out.put(first)
  } else {
    if (last !== '') out.put(last)
    for (const piece of pieces.toReversed()) out.put(piece + mark)
  }
  await out.settle()
}

/** Lines in the opposite order. */
export const tacCommand = textTool({
  name: 'tac',
  summary: 'writes the lines of each file last first',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'before', short: 'b', long: ['before'] },
      { key: 'regex', short: 'r', long: ['regex'] },
      { key: 'separator', short: 's', long: ['separator'], value: 'required' },
    ],
  },
  run: (tool) => {
    if (tool.options.has('regex')) throw new NotImplemented('option -r')
    return eachInput(tool, (input) => backwards(tool, input), {
      words: (name, error) =>
        error.code === 'EISDIR'
          ? `${quoteIfNeeded(name)}: read error: ${errnoText(error)}`
          : `failed to open ${quoted(name)} for reading: ${errnoText(error)}`,
    })
  },
})

/** Characters of each line in the opposite order. */
export const revCommand = textTool({
  name: 'rev',
  summary: 'writes each line with its characters last first',
  usage: '[OPTION]... [FILE]...',
  agrees: 'util-linux 2.38.1',
  shape: { options: [{ key: 'zero', short: '0', long: ['zero'] }] },
  run: (tool) =>
    eachInput(
      tool,
      async (input) => {
        const separator = tool.options.has('zero') ? 0 : 0x0a
        for await (const { text, isEnded } of lines(input, separator)) {
          tool.call.tick()
          tool.out.putText([...text].toReversed().join('') + (isEnded ? String.fromCharCode(separator) : ''))
          await tool.out.settle()
        }
      },
      { words: (name, error) => `cannot open ${name}: ${errnoText(error)}` },
    ),
})
