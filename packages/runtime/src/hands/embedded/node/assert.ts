import { AssertionError, type AssertionOptions } from './assertion-error'
import { deepEqual } from './deep-equal'
import { inspect } from './inspect'

/** Text of the program's line that called the assertion, where it can be found. */
export type CallerLine = () => string | undefined

function raise(options: AssertionOptions, message: unknown): never {
  if (message instanceof Error) throw message
  throw new AssertionError(typeof message === 'string' ? { ...options, message } : options)
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'

function invalid(name: string, expected: string, value: unknown): never {
  throw Object.assign(new TypeError(`The "${name}" argument must be ${expected}. Received ${inspect(value)}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  })
}

/** Whether what was thrown is what was expected; throws an assertion of its own where that says more. */
function checkThrown(thrown: unknown, expected: unknown, message: unknown, operator: string): void {
  if (expected === undefined || typeof expected === 'string') return
  if (expected instanceof RegExp) {
    if (expected.test(String(thrown))) return
    raise(
      {
        actual: thrown,
        expected,
        operator,
        message: `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(thrown))}\n`,
      },
      message,
    )
  }
  if (typeof expected === 'object' && expected !== null) return checkShape(thrown, expected, message)
  if (typeof expected !== 'function') return
  if (expected.prototype !== undefined && thrown instanceof expected) return
  if (Error.isPrototypeOf(expected) || expected === Error) throw thrown
  if (Reflect.apply(expected, {}, [thrown]) === true) return
  raise(
    {
      actual: thrown,
      expected,
      operator,
      message: `The ${expected.name === '' ? 'validation function' : `"${expected.name}" validation function`} is expected to return "true". Received false\n\nCaught error:\n\n${inspect(thrown)}`,
    },
    message,
  )
}

function checkShape(thrown: unknown, expected: object, message: unknown): void {
  const keys = expected instanceof Error ? [...Object.keys(expected), 'name', 'message'] : Object.keys(expected)
  const actual: Record<string, unknown> = {}
  const wanted: Record<string, unknown> = {}
  let isSame = true
  for (const key of keys) {
    const want: unknown = Reflect.get(expected, key)
    const have: unknown = thrown instanceof Object ? Reflect.get(thrown, key) : undefined
    wanted[key] = want
    actual[key] = have
    const fits = want instanceof RegExp && typeof have === 'string' ? want.test(have) : deepEqual(have, want, true)
    if (!fits) isSame = false
  }
  if (!isSame) raise({ actual, expected: wanted, operator: typeof message === 'string' ? 'throws' : 'deepStrictEqual' }, message)
}

function missing(expected: unknown, what: 'exception' | 'rejection', message: unknown, operator: string): never {
  const name = typeof expected === 'function' && expected.name !== '' && expected.prototype instanceof Error ? ` (${expected.name})` : ''
  const note = typeof (message ?? expected) === 'string' ? `: ${String(message ?? expected)}` : '.'
  if (message instanceof Error) throw message
  throw new AssertionError({ actual: undefined, expected, operator, message: `Missing expected ${what}${name}${note}` })
}

async function outcome(work: unknown): Promise<{ readonly thrown: unknown } | undefined> {
  let promise: unknown = work
  if (typeof work === 'function') promise = Reflect.apply(work, undefined, [])
  if (!isThenable(promise)) invalid('promiseFn', 'of type function or an instance of Promise', work)
  try {
    await promise
    return undefined
  } catch (thrown) {
    return { thrown }
  }
}

function matching(value: unknown, pattern: unknown, message: unknown, wanted: boolean): void {
  if (!(pattern instanceof RegExp)) return invalid('regexp', 'an instance of RegExp', pattern)
  if (typeof value === 'string' && pattern.test(value) === wanted) return
  const text =
    typeof value === 'string'
      ? `The input ${wanted ? 'did not match' : 'was expected to not match'} the regular expression ${inspect(pattern)}. Input:\n\n${inspect(value)}\n`
      : `The "string" argument must be of type string. Received ${inspect(value)}`
  raise({ actual: value, expected: pattern, operator: wanted ? 'match' : 'doesNotMatch', message: text }, message)
}

function comparisons() {
  // oxlint-disable-next-line eqeqeq -- the loose mode of assert is defined by this operator
  const loose = (a: unknown, b: unknown): boolean => a == b || (Number.isNaN(a) && Number.isNaN(b))
  const check =
    (operator: string, test: (a: unknown, b: unknown) => boolean) => (actual: unknown, expected: unknown, message?: unknown) => {
      if (!test(actual, expected)) raise({ actual, expected, operator }, message)
    }
  return {
    equal: check('==', loose),
    notEqual: check('!=', (a, b) => !loose(a, b)),
    strictEqual: check('strictEqual', Object.is),
    notStrictEqual: check('notStrictEqual', (a, b) => !Object.is(a, b)),
    deepEqual: check('deepEqual', (a, b) => deepEqual(a, b, false)),
    notDeepEqual: check('notDeepEqual', (a, b) => !deepEqual(a, b, false)),
    deepStrictEqual: check('deepStrictEqual', (a, b) => deepEqual(a, b, true)),
    notDeepStrictEqual: check('notDeepStrictEqual', (a, b) => !deepEqual(a, b, true)),
  }
}

function unwanted(
  what: 'exception' | 'rejection',
  thrown: unknown,
  how: { readonly expected: unknown; readonly message: unknown; readonly operator: string },
): never {
  const { expected, message, operator } = how
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return raise({ actual: thrown, expected, operator, message: `Got unwanted ${what}.\nActual message: "${text}"` }, message)
}

function throwers() {
  return {
    throws(work: unknown, expected?: unknown, message?: unknown): void {
      if (typeof work !== 'function') return invalid('fn', 'of type function', work)
      try {
        Reflect.apply(work, undefined, [])
      } catch (thrown) {
        return checkThrown(thrown, expected, message, 'throws')
      }
      missing(expected, 'exception', message, 'throws')
    },
    doesNotThrow(work: unknown, expected?: unknown, message?: unknown): void {
      if (typeof work !== 'function') return invalid('fn', 'of type function', work)
      try {
        Reflect.apply(work, undefined, [])
      } catch (thrown) {
        unwanted('exception', thrown, { expected, message, operator: 'doesNotThrow' })
      }
    },
    async rejects(work: unknown, expected?: unknown, message?: unknown): Promise<void> {
      const end = await outcome(work)
      if (end === undefined) missing(expected, 'rejection', message, 'rejects')
      checkThrown(end.thrown, expected, message, 'rejects')
    },
    async doesNotReject(work: unknown, expected?: unknown, message?: unknown): Promise<void> {
      const end = await outcome(work)
      if (end !== undefined) unwanted('rejection', end.thrown, { expected, message, operator: 'doesNotReject' })
    },
    match: (value: unknown, pattern: unknown, message?: unknown): void => matching(value, pattern, message, true),
    doesNotMatch: (value: unknown, pattern: unknown, message?: unknown): void => matching(value, pattern, message, false),
    ifError(value: unknown): void {
      if (value !== null && value !== undefined)
        raise(
          {
            actual: value,
            expected: null,
            operator: 'ifError',
            message: `ifError got unwanted exception: ${value instanceof Error ? value.message : inspect(value)}`,
          },
          undefined,
        )
    },
    fail(message?: unknown): never {
      return raise({ operator: 'fail', message: 'Failed' }, message)
    },
  }
}

/** The `assert` module. */
export function assertFor(callerLine: CallerLine) {
  const ok = (...given: unknown[]): void => {
    const [value, message] = given
    if (value) return
    const line = callerLine()
    const text =
      given.length === 0
        ? 'No value argument passed to `assert.ok()`'
        : line === undefined
          ? 'The expression evaluated to a falsy value'
          : `The expression evaluated to a falsy value:\n\n  ${line}\n`
    raise({ actual: value, expected: true, operator: '==', message: text }, message)
  }
  const all = { ...comparisons(), ...throwers(), ok, AssertionError }
  const strictSet = {
    ...all,
    equal: all.strictEqual,
    notEqual: all.notStrictEqual,
    deepEqual: all.deepStrictEqual,
    notDeepEqual: all.notDeepStrictEqual,
  }
  const callable =
    (): typeof ok =>
    (...given: unknown[]) =>
      ok(...given)
  const strict = Object.assign(callable(), strictSet)
  Object.assign(strict, { strict })
  return Object.assign(callable(), all, { strict })
}
