import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { filesBelow, globSource } from './paths'

const input = z.strictObject({
  pattern: z.string().check(z.minLength(1), z.describe('Such as src/**/*.ts or *.md')),
  path: z.optional(z.string().check(z.describe('Folder to search in'))),
})

const MAX_FILES = 500

export const glob: Tool = {
  spec: {
    name: 'glob',
    description: 'Find files by name pattern, newest first.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { files, expression }) => {
    const { pattern, path } = parseInput(input, raw)
    const matches = await expression(globSource(pattern), { ignoreCase: false })
    const found = filesBelow(files, path).filter((file) => matches(file.path))
    const newest = found.toSorted((a, b) => b.mtime - a.mtime).slice(0, MAX_FILES)
    const more = found.length > MAX_FILES ? [`[${found.length - MAX_FILES} more]`] : []
    const text = found.length === 0 ? 'No file matches.' : [...newest.map((file) => file.path), ...more].join('\n')
    return { text, detail: { summary: found.length === 1 ? '1 file' : `${found.length} files` } }
  },
}
