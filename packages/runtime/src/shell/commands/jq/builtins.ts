import { made, type Item } from './items'
import type { Filter } from './filter'
import { formatted, textual } from './formats'
import { compare, isArray, isObject, isTrue, type Json, sortedKeys, typeOf } from './json'
import { jsonText } from './json-text'
import { JsonFault, JsonReader } from './json-reader'
import { mathBuiltins } from './math-builtins'
import { add, splitText } from './operators'
import { deletePaths, described, getPath, indexOf, indices, JqError, setPath } from './paths'
import { regexBuiltins } from './regex-builtins'
import { streamBuiltins } from './stream-builtins'
import { timeBuiltins } from './time-builtins'
import type { Builtin, BuiltinCall, ValueFunction } from './world'

/** Makes a built-in of a function of values. */
function ofValues(compute: ValueFunction): Builtin {
  return function* (call) {
    for (const args of combinations(call, call.args)) yield made(call.at, compute(call.at.value, args, call))
  }
}

/** The last argument varies slowest. */
function* combinations(call: BuiltinCall, args: readonly Filter[]): Generator<readonly Json[]> {
  const last = args.at(-1)
  if (last === undefined) return yield []
  for (const value of call.evaluator.values(last, call.env, call.at.value))
    for (const head of combinations(call, args.slice(0, -1))) yield [...head, value]
}

function lengthOf(value: Json): Json {
  if (value === null) return 0
  if (typeof value === 'number') return Math.abs(value)
  if (typeof value === 'string') return Array.from(value).length
  if (isArray(value)) return value.length
  if (isObject(value)) return value.size
  throw new JqError(`${described(value)} has no length`)
}

function keys(value: Json, isSorted: boolean): Json {
  if (isArray(value)) return value.map((_, index) => index)
  if (isObject(value)) return isSorted ? sortedKeys(value) : [...value.keys()]
  throw new JqError(`${described(value)} has no keys`)
}

function has(value: Json, key: Json): Json {
  if (value === null) return false
  if (isObject(value) && typeof key === 'string') return value.has(key)
  if (isArray(value) && typeof key === 'number') return key >= 0 && key < value.length
  throw new JqError(`Cannot check whether ${typeOf(value)} has a ${typeof key === 'string' ? 'string' : typeOf(key)} key`)
}

function contains(value: Json, part: Json): boolean {
  if (isObject(value) && isObject(part))
    return [...part].every(([key, item]) => {
      const own = value.get(key)
      return own !== undefined && contains(own, item)
    })
  if (isArray(value) && isArray(part)) return part.every((item) => value.some((own) => typeOf(own) === typeOf(item) && contains(own, item)))
  if (typeof value === 'string' && typeof part === 'string') return value.includes(part)
  if (typeOf(value) === typeOf(part)) return compare(value, part) === 0
  throw new JqError(`${described(value)} and ${described(part)} cannot have their containment checked`)
}

/** An array, or the complaint that it is none. */
/** What `.[]` gives. */
function iterable(value: Json): readonly Json[] {
  if (isArray(value)) return value
  if (isObject(value)) return [...value.values()]
  throw new JqError(`Cannot iterate over ${described(value)}`)
}

/** What can be asked for its length and then for what is at a number. */
function indexable(value: Json): readonly Json[] {
  if (isArray(value)) return value
  throw new JqError(typeof value === 'boolean' ? `${described(value)} has no length` : `Cannot index ${typeOf(value)} with number`)
}

function flattened(value: readonly Json[], depth: number): readonly Json[] {
  return value.flatMap((item) => (isArray(item) && depth > 0 ? flattened(item, depth - 1) : [item]))
}

function textTest(name: string, test: (text: string, part: string) => boolean): ValueFunction {
  return (input, [part = null]) => {
    if (typeof input !== 'string' || typeof part !== 'string') throw new JqError(`${name}() requires string inputs`)
    return test(input, part)
  }
}

function cased(range: RegExp, change: (char: string) => string): ValueFunction {
  return (input) => {
    if (typeof input !== 'string') throw new JqError('explode input must be a string')
    return input.replace(range, change)
  }
}

function trimmed(pattern: RegExp): ValueFunction {
  return (input) => {
    if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be trimmed`)
    return input.replace(pattern, '')
  }
}

function toNumber(input: Json): Json {
  if (typeof input === 'number') return input
  if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be parsed as a number`)
  const value = parsed(input)
  if (typeof value !== 'number') throw new JqError(`${described(input)} cannot be parsed as a number`)
  return value
}

function parsed(text: string): Json {
  try {
    const reader = new JsonReader(text)
    const value = reader.next()
    if (value !== undefined && reader.next() !== undefined) throw new JqError("Unexpected extra JSON values (while parsing '" + text + "')")
    return value ?? null
  } catch (thrown) {
    if (thrown instanceof JsonFault) throw new JqError(`${thrown.message} (while parsing '${text}')`)
    throw thrown
  }
}

function implode(input: Json): Json {
  if (!isArray(input)) throw new JqError('implode input must be an array')
  const codes = input
  return codes
    .map((code) => {
      if (typeof code !== 'number') throw new JqError('Unicode codepoint must be numeric')
      return String.fromCodePoint(code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? Math.floor(code) : 0xfffd)
    })
    .join('')
}

/** Where a part stands: characters of a text, places of an array. */
function allIndices(input: Json, part: Json): Json {
  if (input === null) return null
  if (isArray(input)) return isArray(part) ? indices(input, part) : indices(input, [part])
  if (typeof input !== 'string' || typeof part !== 'string') return indexOf(input, part)
  const found: number[] = []
  if (part === '') return null
  for (let at = input.indexOf(part); at >= 0; at = input.indexOf(part, at + 1)) found.push(Array.from(input.slice(0, at)).length)
  return found
}

function search(input: Json, [wanted = null]: readonly Json[]): Json {
  const items = input === null ? [] : indexable(input)
  let [low, high] = [0, items.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const order = compare(items[middle] ?? null, wanted)
    if (order === 0) return middle
    if (order < 0) low = middle + 1
    else high = middle - 1
  }
  return -1 - low
}

function edge(input: Json, part: Json, which: 'first' | 'last'): Json {
  const found = allIndices(input, part)
  if (!isArray(found)) return null
  return (which === 'first' ? found[0] : found.at(-1)) ?? null
}

function path(value: Json, what = 'Path'): readonly Json[] {
  if (isArray(value)) return value
  throw new JqError(`${what} must be specified as an array`)
}

const VALUES: Readonly<Record<string, ValueFunction>> = {
  'length/0': lengthOf,
  'utf8bytelength/0': (input) => {
    if (typeof input !== 'string') throw new JqError(`${described(input)} only strings have UTF-8 byte length`)
    return new TextEncoder().encode(input).length
  },
  'not/0': (input) => !isTrue(input),
  'keys/0': (input) => keys(input, true),
  'keys_unsorted/0': (input) => keys(input, false),
  'has/1': (input, [key = null]) => has(input, key),
  'contains/1': (input, [part = null]) => contains(input, part),
  'type/0': (input) => typeOf(input),
  'tojson/0': jsonText,
  'fromjson/0': (input) => {
    if (typeof input !== 'string') throw new JqError(`${described(input)} only strings can be parsed`)
    return parsed(input)
  },
  'tostring/0': textual,
  'tonumber/0': toNumber,
  'format/1': (input, [name = null]) => formatted(`@${textual(name)}`, input),
  'reverse/0': (input) => (input === null ? [] : indexable(input).toReversed()),
  'flatten/0': (input) => flattened(iterable(input), Infinity),
  'flatten/1': (input, [depth = null]) => {
    if (typeof depth !== 'number' || depth < 0) throw new JqError('flatten depth must not be negative')
    return flattened(iterable(input), depth)
  },
  'add/0': (input) => iterable(input).reduce<Json>(add, null),
  'startswith/1': textTest('startswith', (text, part) => text.startsWith(part)),
  'endswith/1': textTest('endswith', (text, part) => text.endsWith(part)),
  'ltrimstr/1': (input, [part = null]) =>
    typeof input === 'string' && typeof part === 'string' && input.startsWith(part) ? input.slice(part.length) : input,
  'rtrimstr/1': (input, [part = null]) =>
    typeof input === 'string' && typeof part === 'string' && part !== '' && input.endsWith(part) ? input.slice(0, -part.length) : input,
  'trim/0': trimmed(/^\s+|\s+$/g),
  'ltrim/0': trimmed(/^\s+/),
  'rtrim/0': trimmed(/\s+$/),
  'ascii_downcase/0': cased(/[A-Z]/g, (char) => char.toLowerCase()),
  'ascii_upcase/0': cased(/[a-z]/g, (char) => char.toUpperCase()),
  'explode/0': (input) => {
    if (typeof input !== 'string') throw new JqError('explode input must be a string')
    return Array.from(input, (char) => char.codePointAt(0) ?? 0)
  },
  'implode/0': implode,
  'split/1': (input, [separator = null]) => {
    if (typeof input !== 'string' || typeof separator !== 'string') throw new JqError('split input and separator must be strings')
    return splitText(input, separator)
  },
  'indices/1': (input, [part = null]) => allIndices(input, part),
  '_indices/1': (input, [part = null]) => allIndices(input, part),
  'index/1': (input, [part = null]) => edge(input, part, 'first'),
  'rindex/1': (input, [part = null]) => edge(input, part, 'last'),
  'bsearch/1': search,
  'setpath/2': (input, [at = null, value = null]) => setPath(input, path(at), () => value),
  'delpaths/1': (input, [paths = null]) => deletePaths(input, path(paths, 'Paths')),
  'input_filename/0': (_, __, { evaluator }) => evaluator.world.inputName,
  'input_line_number/0': (_, __, { evaluator }) => evaluator.world.inputLine,
  'builtins/0': () => [...builtins.keys()],
}

/** `getpath` points at what it finds. */
const getpath: Builtin = function* (call): Generator<Item> {
  const { at } = call
  for (const keysOf of call.evaluator.values(call.args[0] ?? { type: 'identity' }, call.env, at.value)) {
    const keyList = path(keysOf)
    yield {
      value: getPath(at.value, keyList),
      path: at.path === undefined || at.path === 'none' ? at.path : [...at.path, ...keyList],
    }
  }
}

/** Functions that are not written in jq, by name and number of arguments. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ...Object.entries(VALUES).map(([name, compute]) => [name, ofValues(compute)] as const),
  ['getpath/1', getpath],
  ...mathBuiltins(ofValues),
  ...regexBuiltins(ofValues),
  ...timeBuiltins(ofValues),
  ...streamBuiltins(ofValues),
])
