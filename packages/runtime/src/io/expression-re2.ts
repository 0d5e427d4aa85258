import { fail } from '@tabwright/protocol'
import type { CompileExpression } from '../core/ports'

/** Text that means itself in a regular expression. */
const LITERAL = /^[\w\s"'`/:;,<>=!@#%&~-]*$/

/** RE2's syntax and its promise: linear time. Loaded when the first pattern needs it; plain text does not. */
export const compileExpression: CompileExpression = async (pattern, { ignoreCase }) => {
  if (LITERAL.test(pattern) && !ignoreCase) return (line) => line.includes(pattern)
  const { RE2JS } = await import('re2js')
  try {
    const compiled = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    return (line) => compiled.matcher(line).find()
  } catch (error) {
    return fail(
      'bad_input',
      `${JSON.stringify(pattern)} is not a regular expression that can be used here: ${error instanceof Error ? error.message : 'unreadable'}`,
    )
  }
}
