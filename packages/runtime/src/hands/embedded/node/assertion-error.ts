import { diffArrays } from 'diff'
import { inspect } from './inspect'

const TITLES: Readonly<Record<string, string>> = {
  strictEqual: 'Expected values to be strictly equal:',
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
}

// Beyond this a pair is easier to read as two lines with marks.
const SHORT = 12
const MAX_LINES = 60

const readable = (value: unknown): string =>
  inspect(value, { compact: false, depth: 1000, sorted: true, breakLength: Infinity, maxArrayLength: null })

/** Lines of both values, those of the actual one marked `+`, those of the expected one `-`. */
function diffText(actual: string, expected: string): string {
  const lines: string[] = []
  for (const part of diffArrays(expected.split('\n'), actual.split('\n'))) {
    const mark = part.added ? '+' : part.removed ? '-' : ' '
    for (const line of part.value) lines.push(`${mark} ${line}`)
  }
  // What is missing comes after what is there, as Node orders a change.
  for (let i = 0; i < lines.length; i++) {
    let minus = i
    while (lines[minus]?.startsWith('-')) minus++
    let plus = minus
    while (lines[plus]?.startsWith('+')) plus++
    if (minus > i && plus > minus) lines.splice(i, plus - i, ...lines.slice(minus, plus), ...lines.slice(i, minus))
    i = Math.max(i, plus - 1)
  }
  const shown = lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), '...'] : lines
  return shown.join('\n')
}

function comparison(title: string, actual: unknown, expected: unknown): string {
  const left = readable(actual)
  const right = readable(expected)
  const isPlain = (value: unknown): boolean => (typeof value !== 'object' || value === null) && typeof value !== 'function'
  if (isPlain(actual) && isPlain(expected) && left !== right && !`${left}${right}`.includes('\n') && left.length + right.length <= SHORT)
    return `${title}\n\n${left} !== ${right}\n`
  if (left === right) return `${title.replace('to be strictly equal', 'to be strictly equal but are not reference-equal')}\n\n${left}\n`
  return `${title}\n+ actual - expected\n\n${diffText(left, right)}`
}

function generated(actual: unknown, expected: unknown, operator: string): string {
  const title = TITLES[operator]
  if (title === undefined) return `${inspect(actual)} ${operator} ${inspect(expected)}`
  if (!operator.startsWith('not')) return comparison(title, actual, expected)
  const shown = readable(actual)
  return shown.includes('\n') ? `${title}\n\n${shown}` : `${title} ${shown}`
}

/** What a failed assertion is made of. */
export interface AssertionOptions {
  readonly message?: string
  readonly actual?: unknown
  readonly expected?: unknown
  readonly operator?: string
}

/** A message of the program's own takes the place of the first line, where values are compared strictly. */
function worded({ message, actual, expected, operator = 'fail' }: AssertionOptions): string {
  const isStrict = operator === 'strictEqual' || operator === 'deepStrictEqual'
  if (message !== undefined && !isStrict) return message
  const text = generated(actual, expected, operator)
  return message === undefined || !text.startsWith('Expected values') ? text : text.replace(/^.*/, () => message)
}

/** Node's `AssertionError`. */
export class AssertionError extends Error {
  readonly code = 'ERR_ASSERTION'
  readonly generatedMessage: boolean
  readonly actual: unknown
  readonly expected: unknown
  readonly operator: string | undefined

  constructor(options: AssertionOptions) {
    super(worded(options))
    Object.defineProperty(this, 'name', { value: 'AssertionError', configurable: true, writable: true, enumerable: false })
    this.generatedMessage = options.message === undefined
    this.actual = options.actual
    this.expected = options.expected
    this.operator = options.operator
    // The stack's first line was made before the name was known.
    if (this.stack !== undefined)
      this.stack = this.stack
        .replace(/^Error(?= ?\[|:|$|\n)/, 'AssertionError')
        .replace(/^AssertionError(?! \[)/, 'AssertionError [ERR_ASSERTION]')
  }
}
