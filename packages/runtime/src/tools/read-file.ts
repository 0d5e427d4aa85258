import { fail } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'

const input = z.strictObject({
  path: z.string().check(z.describe('Path relative to the workspace root')),
  offset: z.optional(z.int().check(z.positive(), z.describe('First line to read, starting at 1'))),
  limit: z.optional(z.int().check(z.positive(), z.describe('Number of lines, 2000 when left out'))),
})

const DEFAULT_LINES = 2000
/** Longer lines are cut: minified files would fill the window with one line. */
const MAX_LINE = 2000

export const readFile: Tool = {
  spec: {
    name: 'read_file',
    description: 'Read a text file of the workspace. Lines come numbered. Use offset and limit for long files.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { files, text }) => {
    const { path, offset = 1, limit = DEFAULT_LINES } = parseInput(input, raw)
    const content = text.decode(await files.read(path))
    if (content === undefined)
      return fail('bad_input', `${path} is a binary file (${files.stat(path)?.size ?? 0} bytes); it cannot be read as text.`)
    if (content === '') return { text: `(${path} is empty)`, detail: { summary: 'empty' } }
    const lines = content.split('\n')
    if (lines.at(-1) === '') lines.pop()
    if (offset > lines.length) return fail('bad_input', `${path} has ${lines.length} lines; there is no line ${offset}.`)
    const shown = lines.slice(offset - 1, offset - 1 + limit)
    const last = offset + shown.length - 1
    const numbered = shown.map((line, i) => `${offset + i}\t${line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}… [line cut]` : line}`)
    const more = last < lines.length ? [`[${lines.length - last} more lines; go on with offset ${last + 1}]`] : []
    return { text: [...numbered, ...more].join('\n'), detail: { summary: `lines ${offset}–${last} of ${lines.length}` } }
  },
}
