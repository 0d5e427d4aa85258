import { fail } from '@tabwright/protocol'
import { z } from 'zod/mini'
import type { Tool, ToolContext } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { filesBelow, globToRegExp } from './paths'

const input = z.strictObject({
  pattern: z.string().check(z.minLength(1), z.describe('Regular expression (JavaScript syntax)')),
  path: z.optional(z.string().check(z.describe('File or folder to search in'))),
  glob: z.optional(z.string().check(z.describe('Only files whose path matches, such as *.ts'))),
  ignore_case: z.optional(z.boolean()),
})

const MAX_MATCHES = 200
const MAX_LINE = 300
/** Longer lines are skipped: a pattern that backtracks on a minified line would hold the whole session. */
const MAX_TESTED = 10_000

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
    const expression = compile(wanted.pattern, wanted.ignore_case ?? false)
    const name = wanted.glob === undefined ? undefined : globToRegExp(wanted.glob)
    const candidates = filesBelow(context.files, wanted.path).filter((file) => name?.test(file.path) ?? true)
    const found = await search(
      candidates.map((file) => file.path),
      expression,
      context,
    )
    if (found.total === 0) return { text: `No match in ${candidates.length} files.`, detail: { summary: 'no match' } }
    const more = found.total > found.lines.length ? [`[${found.total - found.lines.length} more matches]`] : []
    const summary = `${found.total} ${found.total === 1 ? 'match' : 'matches'} in ${found.files} ${found.files === 1 ? 'file' : 'files'}`
    return { text: [...found.lines, ...more].join('\n'), detail: { summary } }
  },
}

function compile(pattern: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(pattern, ignoreCase ? 'iu' : 'u')
  } catch (error) {
    return fail(
      'bad_input',
      `${JSON.stringify(pattern)} is not a regular expression: ${error instanceof Error ? error.message : 'unreadable'}`,
    )
  }
}

async function search(
  paths: readonly string[],
  expression: RegExp,
  { files, text, signal }: ToolContext,
): Promise<{ lines: string[]; total: number; files: number }> {
  const found: { lines: string[]; total: number; files: number } = { lines: [], total: 0, files: 0 }
  for (const path of paths) {
    if (signal.aborted) return fail('aborted', 'The search was stopped.')
    const matches = matchesIn(path, text.decode(await files.read(path)), expression)
    if (matches.length > 0) found.files++
    found.total += matches.length
    found.lines.push(...matches.slice(0, Math.max(0, MAX_MATCHES - found.lines.length)))
  }
  return found
}

function matchesIn(path: string, content: string | undefined, expression: RegExp): string[] {
  if (content === undefined) return []
  return content
    .split('\n')
    .flatMap((line, i) => (line.length <= MAX_TESTED && expression.test(line) ? [`${path}:${i + 1}:${line.slice(0, MAX_LINE)}`] : []))
}
