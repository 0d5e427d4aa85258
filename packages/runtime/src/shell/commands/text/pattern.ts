import { compilePattern, RegexError, RegexMissing, type Pattern } from '../../regex/pattern'
import { CommandError } from '../command'

/** A basic regular expression of the tool's own. @throws CommandError */
export function basicExpression(source: string, code = 1): Pattern {
  try {
    return compilePattern(source, { dialect: 'bre' })
  } catch (thrown) {
    if (thrown instanceof RegexMissing) throw new CommandError(thrown.message, 2)
    if (thrown instanceof RegexError) throw new CommandError(thrown.message, code)
    throw thrown
  }
}

/** Whether a text has a match. */
export function basicPattern(source: string): (text: string) => boolean {
  const pattern = basicExpression(source)
  return (text) => pattern.test(text)
}
