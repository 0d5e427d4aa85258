import { z } from 'zod/mini'
import type { Tool, ToolContext } from '../core/tool'
import { findLines } from './find-lines'
import { inputSchema, parseInput } from './input'
import { filesBelow, globSource } from './paths'

const input = z.strictObject({
  pattern: z.string().check(z.minLength(1), z.describe('Regular expression (RE2 syntax: no look-around, no back-references)')),
  path: z.optional(z.string().check(z.describe('File or folder to search in'))),
  glob: z.optional(z.string().check(z.describe('Only files whose path matches, such as *.ts'))),
  ignore_case: z.optional(z.boolean()),
})

const MAX_MATCHES = 200
const MAX_LINE = 300

export const grep: Tool = {
  spec: {
    name: 'grep',
    description: 'Search file contents by regular expression. Gives path:line:text.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, context) => {
    const wanted = parseInput(input, raw)
    const matches = await context.expression(wanted.pattern, { ignoreCase: wanted.ignore_case ?? false })
    const named = wanted.glob === undefined ? undefined : await context.expression(globSource(wanted.glob), { ignoreCase: false })
    const candidates = filesBelow(context.files, wanted.path).filter((file) => named?.(file.path) ?? true)
    const found = await search(
      candidates.map((file) => file.path),
      matches,
      context,
    )
    if (found.total === 0) return { text: `No match in ${candidates.length} files.`, detail: { summary: 'no match' } }
    const more = found.total > found.lines.length ? [`[${found.total - found.lines.length} more matches]`] : []
    const summary = `${found.total} ${found.total === 1 ? 'match' : 'matches'} in ${found.files} ${found.files === 1 ? 'file' : 'files'}`
    return { text: [...found.lines, ...more].join('\n'), detail: { summary } }
  },
}

async function search(
  paths: readonly string[],
  matches: (line: string) => boolean,
  { files, text, signal }: ToolContext,
): Promise<{ lines: string[]; total: number; files: number }> {
  const found: { lines: string[]; total: number; files: number } = { lines: [], total: 0, files: 0 }
  for await (const { path, lines } of findLines({ paths, files, text, signal }, matches)) {
    found.files++
    found.total += lines.length
    const room = Math.max(0, MAX_MATCHES - found.lines.length)
    found.lines.push(...lines.slice(0, room).map((one) => `${path}:${one.line}:${one.text.slice(0, MAX_LINE)}`))
  }
  return found
}
