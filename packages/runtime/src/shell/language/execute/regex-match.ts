import { compilePattern } from '../../regex/pattern'
import type { Runner } from '../runner'

/** A match to try. */
export interface RegexTrial {
  readonly text: string
  readonly source: string
  readonly nocase: boolean
}

/** `[[ text =~ source ]]`: sets `BASH_REMATCH`. @throws RegexError for an expression that is none */
export function matchRegex(runner: Runner, { text, source, nocase }: RegexTrial): boolean {
  const { vars } = runner.state
  const pattern = compilePattern(source, { dialect: 'ere', ignoreCase: nocase })
  const match = pattern.exec(text)
  const items = new Map<number, string>()
  if (match !== undefined) for (let i = 0; i <= pattern.groups; i++) items.set(i, match.group(i) ?? '')
  vars.assignValue('BASH_REMATCH', { type: 'list', items })
  return match !== undefined
}
