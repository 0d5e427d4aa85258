import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { filesBelow } from './paths'

const input = z.strictObject({ path: z.optional(z.string().check(z.describe('Folder; the whole workspace when left out'))) })

const MAX_FILES = 1000

export const listFiles: Tool = {
  spec: {
    name: 'list_files',
    description: 'List the files below a folder with their sizes. node_modules and .git are left out unless asked for.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { files }) => {
    const found = filesBelow(files, parseInput(input, raw).path)
    if (found.length === 0) return { text: '(the workspace is empty)', detail: { summary: 'no files' } }
    const lines = found.slice(0, MAX_FILES).map((file) => `${file.path}\t${file.size}`)
    if (found.length > MAX_FILES) lines.push(`[${found.length - MAX_FILES} more; name a folder or use glob]`)
    return { text: lines.join('\n'), detail: { summary: found.length === 1 ? '1 file' : `${found.length} files` } }
  },
}
