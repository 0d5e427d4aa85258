import type { Runner } from '../runner'
import { ATTRIBUTE_LETTERS, entriesOf, type Variable } from '../state/variable'
import { ansiText } from './ansi'
import { doubleQuoted, keyQuoted, singleQuoted } from './quote'

/** What one value becomes by `${x@U}` and its like; undefined for a letter that there is none of. */
export function transformed(text: string, letter: string): string | undefined {
  switch (letter) {
    case 'Q':
    case 'K':
    case 'k':
      return singleQuoted(text)
    case 'E':
      return ansiText(text)
    case 'U':
      return text.toUpperCase()
    case 'u':
      return firstCased(text, 'upper')
    case 'L':
      return text.toLowerCase()
    default:
      return undefined
  }
}

/** A text with its first character in another case. */
function firstCased(text: string, to: 'upper' | 'lower'): string {
  const [first = ''] = text
  return (to === 'upper' ? first.toUpperCase() : first.toLowerCase()) + text.slice(first.length)
}

/** `name=value` as `declare -p` writes it, without `declare` and flags. */
function valueWritten(variable: Variable): string | undefined {
  const { value } = variable
  if (variable.isBare) return undefined
  switch (value.type) {
    case 'unset':
      return undefined
    case 'text':
      return doubleQuoted(value.text)
    default: {
      const inside = entriesOf(value)
        .map(([key, text]) => `[${value.type === 'table' ? keyQuoted(key) : key}]=${doubleQuoted(text)}`)
        .join(' ')
      return value.type === 'table' && inside !== '' ? `(${inside} )` : `(${inside})`
    }
  }
}

/** A line that declares a variable as it is. */
export function declaration(name: string, variable: Variable): string {
  const letters = variable.letters
  const written = valueWritten(variable)
  return `declare -${letters === '' ? '-' : letters} ${name}${written === undefined ? '' : `=${written}`}`
}

/** `${x@A}` and `${x[1]@A}`: one value, with the flags of the variable that it is of. */
export function elementWritten(name: string, { letters }: Variable, text: string | undefined): string {
  const written = text === undefined ? '' : `=${singleQuoted(text)}`
  if (letters !== '') return `declare -${letters} ${name}${written}`
  return text === undefined ? '' : `${name}${written}`
}

/** `${x[@]@A}`. */
export function assignmentWritten(name: string, variable: Variable): string {
  const { text } = variable
  const hasAttributes = variable.value.type !== 'text' || ATTRIBUTE_LETTERS.some(([, attribute]) => variable.attributes[attribute])
  if (variable.value.type === 'text' && text !== undefined)
    return hasAttributes ? `declare -${variable.letters} ${name}=${singleQuoted(text)}` : `${name}=${singleQuoted(text)}`
  return declaration(name, variable)
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number): string => String(value).padStart(2, '0')

/** The backslash escapes of a prompt; expansions in it are the caller's. */
export function promptText(runner: Runner, text: string): string {
  return text.replace(/\\([0-7]{3}|D\{[^}]*\}|.)/gs, (all, escape: string) => promptEscape(runner, escape) ?? all)
}

function promptEscape(runner: Runner, escape: string): string | undefined {
  const { state } = runner
  if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8))
  const home = state.vars.text('HOME') ?? ''
  const isHome = home !== '' && (state.cwd === home || state.cwd.startsWith(`${home}/`))
  const folder = isHome ? `~${state.cwd.slice(home.length)}` : state.cwd
  const fixed: Readonly<Record<string, string>> = {
    a: '\x07',
    e: '\x1B',
    n: '\n',
    r: '\r',
    '\\': '\\',
    '[': '',
    ']': '',
    $: '$',
    u: state.vars.text('USER') ?? 'user',
    h: (state.vars.text('HOSTNAME') ?? '').replace(/\..*/s, ''),
    H: state.vars.text('HOSTNAME') ?? '',
    s: 'bash',
    v: '5.2',
    V: '5.2.15',
    w: folder,
    W: folder === '/' || folder === '~' ? folder : folder.slice(folder.lastIndexOf('/') + 1),
    j: String(state.jobs.length),
    '!': String(state.history.length + 1),
    '#': String(state.history.length + 1),
  }
  return fixed[escape] ?? promptTime(new Date(runner.system.clock.now()), escape)
}

function promptTime(now: Date, escape: string): string | undefined {
  const hours = now.getUTCHours()
  const [hour, minute, second] = [two(hours), two(now.getUTCMinutes()), two(now.getUTCSeconds())]
  const twelve = two(hours % 12 === 0 ? 12 : hours % 12)
  switch (escape) {
    case 't':
      return `${hour}:${minute}:${second}`
    case 'T':
      return `${twelve}:${minute}:${second}`
    case 'A':
      return `${hour}:${minute}`
    case '@':
      return `${twelve}:${minute} ${hours < 12 ? 'AM' : 'PM'}`
    case 'd':
      return `${WEEKDAYS[now.getUTCDay()] ?? ''} ${MONTHS[now.getUTCMonth()] ?? ''} ${two(now.getUTCDate())}`
    default:
      return undefined
  }
}
