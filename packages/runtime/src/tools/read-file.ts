import { fail, pictureType } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { noteSeen } from './seen'

const input = z.strictObject({
  path: z.string().check(z.describe('Path relative to the workspace root')),
  offset: z.optional(z.int().check(z.positive(), z.describe('First line to read, starting at 1'))),
  column: z.optional(z.int().check(z.positive(), z.describe('For very long lines: first character of each line to show, starting at 1'))),
  limit: z.optional(z.int().check(z.positive(), z.describe('Number of lines, 2000 when left out'))),
})

const DEFAULT_LINES = 2000
/** Longer lines come in pieces: minified files would fill the window with one line. */
const MAX_LINE = 2000

export const readFile: Tool = {
  spec: {
    name: 'read_file',
    description:
      'Read a file of the workspace. Lines of a text come numbered; use offset and limit for long files. A PNG, JPEG, WebP or GIF picture is shown to you, made smaller than 1568 points where it is larger.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { files, text, seen, pictures }) => {
    const { path, offset = 1, limit = DEFAULT_LINES, column = 1 } = parseInput(input, raw)
    const bytes = await files.read(path)
    if (pictureType(bytes) !== undefined) {
      const image = await pictures(bytes, path)
      noteSeen(files, seen, path)
      const summary = `picture, ${image.width} × ${image.height}`
      return { text: `${path} is a picture:`, images: [image], detail: { summary } }
    }
    const content = text.decode(bytes)
    if (content === undefined)
      return fail('bad_input', `${path} is a binary file (${files.stat(path)?.size ?? 0} bytes); it cannot be read as text.`)
    noteSeen(files, seen, path)
    if (content === '') return { text: `(${path} is empty)`, detail: { summary: 'empty' } }
    const lines = content.split('\n')
    if (lines.at(-1) === '') lines.pop()
    if (offset > lines.length) return fail('bad_input', `${path} has ${lines.length} lines; there is no line ${offset}.`)
    const shown = lines.slice(offset - 1, offset - 1 + limit)
    const last = offset + shown.length - 1
    const numbered = shown.map((line, i) => `${offset + i}\t${pieceOf(line, column)}`)
    const more = last < lines.length ? [`[${lines.length - last} more lines; go on with offset ${last + 1}]`] : []
    return { text: [...numbered, ...more].join('\n'), detail: { summary: `lines ${offset}–${last} of ${lines.length}` } }
  },
}

function pieceOf(line: string, column: number): string {
  const piece = line.slice(column - 1, column - 1 + MAX_LINE)
  const next = column + piece.length
  return next <= line.length ? `${piece}… [the line goes on at column ${next}; it has ${line.length} characters]` : piece
}
