import { ShellError } from '../shell-error'

/** Options that a built-in found. */
export interface BuiltinOptions {
  /** Letters in order, `+` before one that turns off. */
  readonly letters: readonly string[]
  readonly values: ReadonlyMap<string, string>
  readonly rest: readonly string[]
  /** Where `rest` starts among the words. */
  readonly from: number
}

/**
 * Reads options as bash's built-ins do: letters, up to the first operand or `--`.
 * @param known letters, each followed by `:` when it takes a value
 * @throws ShellError with bash's words
 */
export function builtinOptions(
  args: readonly string[],
  known: string,
  how: { readonly plus?: boolean; readonly usage?: string } = {},
): BuiltinOptions {
  const letters: string[] = []
  const values = new Map<string, string>()
  let at = 0
  for (; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--') {
      at += 1
      break
    }
    const sign = word.charAt(0)
    if (word.length < 2 || (sign !== '-' && !(how.plus && sign === '+'))) break
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i)
      const place = known.indexOf(letter)
      if (place < 0 || letter === ':')
        throw new ShellError(`${sign}${letter}: invalid option${how.usage === undefined ? '' : `\n${how.usage}`}`, 2)
      letters.push(sign === '+' ? `+${letter}` : letter)
      if (known.charAt(place + 1) !== ':') continue
      const value = i + 1 < word.length ? word.slice(i + 1) : args[++at]
      if (value === undefined) throw new ShellError(`-${letter}: option requires an argument`, 2)
      values.set(letter, value)
      break
    }
  }
  return { letters, values, rest: args.slice(at), from: at }
}
