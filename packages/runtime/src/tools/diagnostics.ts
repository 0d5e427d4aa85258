import { fail } from '@tabwright/protocol'
import { z } from 'zod/mini'
import { isCheckedFile } from '../core/diagnostics'
import type { Tool } from '../core/tool'
import { inputSchema, parseInput } from './input'
import { filesBelow } from './paths'
import { problemText } from './problem-text'

const input = z.strictObject({
  path: z.optional(z.string().check(z.describe('File or folder relative to the workspace root; omitted: all files'))),
})

export const diagnostics: Tool = {
  spec: {
    name: 'diagnostics',
    description:
      'Syntax and type errors of TypeScript and JavaScript files, from TypeScript itself with the project’s own tsconfig: path:line:column, number, message and the line. Runs nothing, no tests and no linter; types of packages that are not in the workspace are unknown to it. New errors are also told after each edit.',
    input: inputSchema(input),
    effect: 'pure',
    readOnly: true,
  },
  run: async (raw, { files, diagnostics: checker, signal }) => {
    const { path } = parseInput(input, raw)
    const found = filesBelow(files, path)
    const wanted = found.filter((file) => isCheckedFile(file.path))
    if (wanted.length === 0)
      return {
        text: `There is no TypeScript or JavaScript file in ${path ?? 'the workspace'}; nothing was checked.`,
        detail: { summary: 'nothing to check' },
      }
    if (!checker) return fail('unavailable', 'There is no checker here; nothing was checked.')
    const report = await checker.check(files, path === undefined ? undefined : cleanPath(path), signal)
    const count = report.problems.length
    const of = `${report.checked} ${report.checked === 1 ? 'file' : 'files'}`
    const unchecked =
      report.unchecked > 0 ? `\n[${report.unchecked} more files were not checked: the time was over. Name a folder in "path".]` : ''
    const head = count === 0 ? `No problems in ${of}.` : `${count} ${count === 1 ? 'problem' : 'problems'} in ${of} checked:`
    const body = problemText(report)
    return {
      text: `${head}${body === '' ? '' : `\n${body}`}${unchecked}`,
      detail: { summary: count === 0 ? 'no problems' : `${count} ${count === 1 ? 'problem' : 'problems'}` },
    }
  },
}

/** As the workspace names it; whether it is inside was looked at before. */
const cleanPath = (path: string): string =>
  path
    .replace(/^\/workspace(\/|$)/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
