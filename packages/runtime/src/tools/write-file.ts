import { z } from 'zod/mini'
import type { Tool } from '../core/tool'
import { withNews } from './edit-news'
import { inputSchema, parseInput } from './input'
import { noteSeen } from './seen'

const input = z.strictObject({
  path: z.string().check(z.describe('Path relative to the workspace root; folders are made as needed')),
  content: z.string().check(z.describe('The whole new content')),
})

export const writeFile: Tool = {
  spec: {
    name: 'write_file',
    description: 'Create a file or replace all of its content. For changes to an existing file prefer edit_file.',
    input: inputSchema(input),
    effect: 'tx',
    readOnly: false,
  },
  run: async (raw, context) => {
    const { files, text, seen } = context
    const { path, content } = parseInput(input, raw)
    const before = files.stat(path)
    const old = files.draft()
    files.write(path, text.encode(content), before ? { base: seen.get(before.path) ?? before.version, mode: before.mode } : {})
    noteSeen(files, seen, path)
    const lines = content === '' ? 0 : content.split('\n').length - (content.endsWith('\n') ? 1 : 0)
    return withNews(`${before ? 'Replaced' : 'Created'} ${path} (${lines} lines).`, path, { before: old, context })
  },
}
