import { globMatcher } from '../../language/glob'
import { compilePattern, RegexError, type Pattern } from '../../regex/pattern'
import { CommandError } from '../command'
import { curly } from '../text/quotes'
import { lastName } from '../files/look'
import type { FindRun, Test } from './find-item'

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\b': '\\b', '\f': '\\f', '\v': '\\v', '\u0007': '\\a', '\\': '\\\\', '"': '\\"', ' ': '\\ ' } // prettier-ignore

/** A name as -ls shows it. */
export function escapeName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f\\" ]/g, (letter) => NAMED[letter] ?? `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`)
}

/** Tests of names; undefined where `name` is none of them. */
export function nameTest(name: string, pattern: string, run: FindRun): Test | undefined {
  const nocase = name.startsWith('-i')
  const glob = (): ReturnType<typeof globMatcher> => globMatcher(pattern, { extglob: false, nocase })
  switch (name) {
    case '-name':
    case '-iname': {
      const matcher = glob()
      return ({ path }) => matcher.matches(lastName(path))
    }
    case '-path':
    case '-ipath':
    case '-wholename':
    case '-iwholename': {
      const matcher = glob()
      return ({ path }) => matcher.matches(path)
    }
    case '-lname':
    case '-ilname': {
      const matcher = glob()
      return ({ look }) => look.target !== undefined && matcher.matches(look.target)
    }
    case '-regex':
    case '-iregex': {
      const regex = regexOf(pattern, run.regexType, nocase)
      return ({ path }) => {
        const match = regex.exec(path)
        return match !== undefined && match.start === 0 && match.end === path.length
      }
    }
    default:
      return undefined
  }
}

const BASIC = new Set(['posix-basic', 'posix-minimal-basic', 'grep', 'sed', 'ed'])
const EXTENDED = new Set(['posix-extended', 'egrep', 'posix-egrep', 'awk', 'gnu-awk', 'posix-awk'])
const EMACS = new Set(['findutils-default', 'emacs'])

/** @throws CommandError for a type that there is not */
export function checkRegexType(type: string): string {
  if (BASIC.has(type) || EXTENDED.has(type) || EMACS.has(type)) return type
  const valid = ['findutils-default', 'ed', 'emacs', 'gnu-awk', 'grep', 'posix-awk', 'awk', 'posix-basic', 'posix-egrep', 'egrep', 'posix-extended', 'posix-minimal-basic', 'sed'] // prettier-ignore
  throw new CommandError(`Unknown regular expression type ${curly(type)}; valid types are ${valid.map(curly).join(', ')}.`)
}

function regexOf(source: string, type: string, ignoreCase: boolean): Pattern {
  const dialect = BASIC.has(type) ? 'bre' : 'ere'
  try {
    return compilePattern(EMACS.has(type) ? fromEmacs(source) : source, { dialect, ignoreCase })
  } catch (thrown) {
    if (thrown instanceof RegexError) throw new CommandError(`failed to compile regular expression '${source}': ${thrown.message}`)
    throw thrown
  }
}

/** Emacs groups with `\(`, and takes `+` and `?` as they are. */
function fromEmacs(source: string): string {
  return source.replace(/\[\^?\]?(?:\[:\w+:\]|[^\]])*\]|\\[\s\S]|[(){}|]/g, (part) => {
    if (part.startsWith('[')) return part
    if (/^\\[()|]$/.test(part)) return part.slice(1)
    return part.startsWith('\\') ? part : `\\${part}`
  })
}
