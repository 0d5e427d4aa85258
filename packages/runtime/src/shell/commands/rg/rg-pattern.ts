import { compileAny, RegexError, type Pattern } from '../../regex/pattern'
import { readText } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError, NotImplemented, type Call } from '../command'
import type { Options } from '../options'

/** The expressions of a call and its paths. @throws CommandError */
export async function rgSources(
  call: Call,
  options: Options,
): Promise<{ readonly sources: readonly string[]; readonly paths: readonly string[] }> {
  if (options.has('files')) return { sources: [], paths: options.operands }
  const sources: string[] = []
  for (const { key, value = '' } of options.found) {
    if (key === 'e') sources.push(value)
    else if (key === 'f') sources.push(...(await linesOf(call, value)))
  }
  if (options.has('e') || options.has('f')) return { sources, paths: options.operands }
  const [first, ...paths] = options.operands
  if (first === undefined) throw new CommandError('error: The following required arguments were not provided:\n    <PATTERN>', 2)
  return { sources: [first], paths }
}

async function linesOf(call: Call, path: string): Promise<readonly string[]> {
  try {
    const text = await readText(path === '-' ? call.stdin : call.open(path))
    return text === '' ? [] : text.replace(/\n$/, '').split('\n')
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${path}: ${errnoText(thrown)}`, 2)
    throw thrown
  }
}

/** @throws CommandError in ripgrep's words */
export function rgPattern(call: Call, options: Options, sources: readonly string[]): Pattern {
  const isFixed = options.last('F', 'no-F') === 'F'
  const isPerl = options.last('P', 'no-P') === 'P'
  const isMultiline = options.last('U', 'no-U') === 'U'
  const isDotAll = isMultiline && options.has('dotall')
  const whole = options.has('x') ? 'line' : options.has('w') ? 'word' : undefined
  const dialect = isFixed ? 'fixed' : isPerl ? 'perl' : 'rust'
  const shared = { ignoreCase: isFolded(options, sources, isFixed), isDotAll, isUnicode: true, tick: () => call.tick() }
  if (whole === 'line' && isMultiline) throw new NotImplemented('--line-regexp together with --multiline')
  try {
    if (!isMultiline && sources.some((source) => source.includes('\n') || (!isFixed && /(?<!\\)(?:\\\\)*\\n/.test(source)))) {
      throw new CommandError(
        'the literal \'"\\n"\' is not allowed in a regex\n\nConsider enabling multiline mode with the --multiline flag (or -U for short).',
        2,
      )
    }
    return compileAny(sources, { dialect, whole, isMultiline, ...shared })
  } catch (thrown) {
    if (!(thrown instanceof RegexError)) throw thrown
    throw new CommandError(`regex parse error:\n    ${sources.join('|')}\nerror: ${thrown.message}`, 2)
  }
}

function isFolded(options: Options, sources: readonly string[], isFixed: boolean): boolean {
  const last = options.last('i', 's', 'S')
  if (last !== 'S') return last === 'i'
  return sources.every((source) => {
    const literal = isFixed ? source : source.replace(/\\(?:[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|.)/g, '').replace(/\(\?P?<\w+>/g, '')
    return !/\p{Lu}/u.test(literal)
  })
}
