import { colored, kindOf } from './inspect-colors'
import { joined } from './inspect-lines'
import { remainingOf } from './inspect-iterators'
import { targetOf } from './proxies'
import { settledOf } from './settled'
import { bufferEntries, functionText, propertyKey, quoted, isUntold } from './inspect-text'

/** How `inspect` shows a value; the names and defaults are Node's. */
export interface InspectOptions {
  readonly depth?: number | null
  readonly colors?: boolean
  readonly showHidden?: boolean
  readonly breakLength?: number
  readonly compact?: number | boolean
  readonly sorted?: boolean
  readonly getters?: boolean
  readonly maxArrayLength?: number | null
  readonly maxStringLength?: number | null
  readonly customInspect?: boolean
  readonly showProxy?: boolean
}

interface Context {
  readonly depth: number
  readonly breakLength: number
  readonly compact: number
  readonly sorted: boolean
  readonly getters: boolean
  readonly hidden: boolean
  readonly custom: boolean
  readonly colors: boolean
  readonly maxArray: number
  readonly maxString: number
  readonly options: InspectOptions
  readonly seen: object[]
  readonly circular: Map<object, number>
  indent: number
  level: number
  /** Level of the object that was shown last: how deep the last branch went. */
  deepest: number
}

/** A method under this name shows its object. */
export const customInspect = Symbol.for('nodejs.util.inspect.custom')

/** A value as Node's `util.inspect` shows it. */
export function inspect(value: unknown, options: InspectOptions = {}): string {
  const context: Context = {
    depth: options.depth === null ? Infinity : (options.depth ?? 2),
    breakLength: options.breakLength ?? 80,
    compact: options.compact === false ? 0 : options.compact === true || options.compact === undefined ? 3 : options.compact,
    sorted: options.sorted ?? false,
    getters: options.getters ?? false,
    hidden: options.showHidden ?? false,
    custom: options.customInspect ?? true,
    colors: options.colors ?? false,
    maxArray: options.maxArrayLength === null ? Infinity : (options.maxArrayLength ?? 100),
    maxString: options.maxStringLength === null ? Infinity : (options.maxStringLength ?? 10_000),
    options,
    seen: [],
    circular: new Map(),
    indent: 0,
    level: 0,
    deepest: 0,
  }
  return show(context, value, false)
}

/** In its colour where that is wanted and it is one word. */
function painted(context: Context, text: string, value: unknown): string {
  const kind = context.colors ? kindOf(value) : undefined
  return kind === undefined ? text : colored(text, kind)
}

function show(context: Context, value: unknown, isTyped: boolean): string {
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return showObject(context, targetOf(value) ?? value)
  return isTyped ? String(value) : painted(context, primitive(context, value), value)
}

function primitive(context: Context, value: unknown): string {
  if (typeof value === 'string') {
    const more = value.length - context.maxString
    const text = more > 0 ? value.slice(0, context.maxString) : value
    const tail = more > 0 ? `... ${more} more character${more > 1 ? 's' : ''}` : ''
    // A long text with lines is shown line by line where it stands inside something.
    if (
      context.compact > 0 &&
      context.level > 0 &&
      text.length > 16 &&
      text.length > context.breakLength - context.indent - 4 &&
      /\n./s.test(text)
    ) {
      return (
        text
          .split(/(?<=\n)/)
          .map(quoted)
          .join(` +\n${' '.repeat(context.indent + 2)}`) + tail
      )
    }
    return quoted(text) + tail
  }
  if (typeof value === 'bigint') return `${value}n`
  if (Object.is(value, -0)) return '-0'
  return String(value)
}

function showObject(context: Context, value: object): string {
  const shown = context.custom ? customShown(context, value) : undefined
  if (shown !== undefined) return shown
  if (context.seen.includes(value)) {
    const known = context.circular.get(value) ?? context.circular.size + 1
    context.circular.set(value, known)
    return `[Circular *${known}]`
  }
  const name = constructorName(value)
  const shape = shapeOf(context, value, name)
  if (shape.isEmpty && shape.keys.length === 0 && shape.bare !== undefined) return painted(context, shape.bare, value)
  if (context.level > context.depth && shape.isDeep)
    return `[${(shape.title.trim() || prefix(name, value, 'Object').trim()).replace(/ \{$/, '')}]`
  context.seen.push(value)
  context.deepest = context.level
  context.level++
  const keys = shape.keys
  const output = [...shape.entries(), ...keys.map((key) => property(context, value, key))]
  context.level--
  context.seen.pop()
  const reference = context.circular.get(value)
  const title = reference === undefined ? shape.title : `<ref *${reference}> ${shape.title}`
  if (output.length === 0 && shape.bare !== undefined) return reference === undefined ? shape.bare : `<ref *${reference}> ${shape.bare}`
  if (context.sorted && shape.kind !== 'array') output.sort()
  return joined(context, {
    output,
    title,
    base: shape.bare ?? '',
    open: shape.open,
    close: shape.close,
    isArray: shape.kind === 'array',
    value,
  })
}

function customShown(context: Context, value: object): string | undefined {
  const method: unknown = Reflect.get(value, customInspect)
  if (typeof method !== 'function' || method === inspect) return undefined
  const depth = context.depth - context.level
  const answer: unknown = Reflect.apply(method, value, [depth, { ...context.options, depth, stylize: String }, inspect])
  if (answer === value) return undefined
  return typeof answer === 'string' ? answer.replaceAll('\n', `\n${' '.repeat(context.indent)}`) : show(context, answer, false)
}

interface Shape {
  readonly kind: 'object' | 'array'
  /** What stands before the brace, with its space. */
  readonly title: string
  /** The whole text when there are no entries; otherwise it leads them. */
  readonly bare: string | undefined
  readonly open: string
  readonly close: string
  readonly keys: readonly PropertyKey[]
  readonly isDeep: boolean
  readonly isEmpty: boolean
  entries(): string[]
}

function constructorName(value: object): string | null {
  for (let at: object | null = value; at !== null; at = Reflect.getPrototypeOf(at)) {
    const found = Reflect.getOwnPropertyDescriptor(at, 'constructor')
    if (
      found !== undefined &&
      typeof found.value === 'function' &&
      found.value.name !== '' &&
      (at !== value || value instanceof found.value)
    )
      return String(found.value.name)
  }
  return null
}

function prefix(name: string | null, value: object, fallback: string, size = ''): string {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag)
  const extra = typeof tag === 'string' && tag !== '' && tag !== name ? `[${tag}] ` : ''
  if (name === null)
    return typeof tag === 'string' && tag !== '' && fallback === 'Object'
      ? `[${tag}: null prototype] `
      : `[${fallback}${size}: null prototype] ${extra}`
  return `${name}${size} ${extra}`
}

function ownKeys(context: Context, value: object, isIndexed: boolean): PropertyKey[] {
  const names = context.hidden ? Object.getOwnPropertyNames(value) : Object.keys(value)
  const plain = isIndexed ? names.filter((key) => !/^(0|[1-9]\d*)$/.test(key)) : names
  const symbols = Object.getOwnPropertySymbols(value).filter(
    (key) => context.hidden || Object.prototype.propertyIsEnumerable.call(value, key),
  )
  return [...plain, ...symbols]
}

const TYPED = Object.getPrototypeOf(Uint8Array)

const none = (): string[] => []

function listShape(context: Context, value: object, list: { readonly title: string; readonly size: number; entries(): string[] }): Shape {
  const { title, size, entries } = list
  return {
    kind: 'array',
    title,
    bare: `${title}[]`,
    open: '[',
    close: ']',
    keys: ownKeys(context, value, true),
    isDeep: true,
    isEmpty: size === 0,
    entries,
  }
}

function plainShape(
  context: Context,
  value: object,
  parts: { readonly title: string; readonly bare?: string; entries?(): string[] },
): Shape {
  const { title, bare, entries = none } = parts
  return {
    kind: 'object',
    title,
    bare,
    open: '{',
    close: '}',
    keys: ownKeys(context, value, false),
    isDeep: true,
    isEmpty: entries === none,
    entries,
  }
}

function shapeOf(context: Context, value: object, name: string | null): Shape {
  return (
    collectionShape(context, value, name) ??
    atomShape(context, value, name) ??
    hiddenShape(context, value, name) ??
    objectShape(context, value, name)
  )
}

function collectionShape(context: Context, value: object, name: string | null): Shape | undefined {
  if (Array.isArray(value)) {
    const title = name === 'Array' ? '' : prefix(name, value, 'Array', `(${value.length})`)
    return listShape(context, value, { title, size: value.length, entries: () => arrayEntries(context, value) })
  }
  if (value instanceof TYPED && ArrayBuffer.isView(value)) {
    const items = Object.values(value)
    const title = prefix(name, value, 'TypedArray', `(${items.length})`).replace(/ \[\w+\] $/, ' ')
    return listShape(context, value, {
      title,
      size: items.length,
      entries: () => listed(context, items, (item) => show(context, item, false)),
    })
  }
  if (value instanceof Map) {
    const title = prefix(name, value, 'Map', `(${value.size})`)
    const pair = ([key, item]: [unknown, unknown]): string => `${show(context, key, false)} => ${show(context, item, false)}`
    return plainShape(context, value, {
      title,
      bare: `${title}{}`,
      entries: () => within(context, () => listed(context, [...value], pair)),
    })
  }
  if (value instanceof Set) {
    const title = prefix(name, value, 'Set', `(${value.size})`)
    return plainShape(context, value, {
      title,
      bare: `${title}{}`,
      entries: () => within(context, () => listed(context, [...value], (item) => show(context, item, false))),
    })
  }
  return iteratorShape(context, value)
}

function iteratorShape(context: Context, value: object): Shape | undefined {
  const left = remainingOf(value)
  if (left === undefined) return undefined
  const title = `[${left.of} ${left.isEntries ? 'Entries' : 'Iterator'}] `
  const shown = plainShape(context, value, {
    title,
    bare: `${title}{}`,
    entries: () => within(context, () => listed(context, left.items, (item) => show(context, item, false))),
  })
  return { ...shown, keys: shown.keys.filter((key) => key !== Symbol.toStringTag && key !== 'next') }
}

function atomShape(context: Context, value: object, name: string | null): Shape | undefined {
  const bare = atomText(context, value, name)
  if (bare === undefined) return undefined
  const isError = value instanceof Error
  const keys = ownKeys(context, value, value instanceof String).filter((key) => !(isError && (key === 'stack' || key === 'message')))
  // `cause` is not enumerable and still part of what went wrong.
  if (isError && 'cause' in value && !keys.includes('cause')) keys.push('cause')
  return { kind: 'object', title: '', bare, open: '{', close: '}', keys, isDeep: keys.length > 0 && !isError, isEmpty: true, entries: none }
}

function promiseText(context: Context, promise: Promise<unknown>): string {
  const settled = settledOf(promise)
  if (settled === undefined) return '<pending>'
  const [text = ''] = within(context, () => [show(context, settled.value, false)])
  return settled.type === 'fulfilled' ? text : `<rejected> ${text}`
}

/** Values whose inside cannot be seen from here. */
function hiddenShape(context: Context, value: object, name: string | null): Shape | undefined {
  const of = (fallback: string, entries: () => string[]): Shape =>
    plainShape(context, value, { title: prefix(name, value, fallback), entries })
  if (value instanceof Promise) return of('Promise', () => [promiseText(context, value)])
  if (value instanceof WeakMap || value instanceof WeakSet) return of('WeakSet', () => ['<items unknown>'])
  if (value instanceof ArrayBuffer) return of('ArrayBuffer', () => bufferEntries(value))
  if (value instanceof DataView)
    return of('DataView', () => ['byteLength', 'byteOffset', 'buffer'].map((key) => property(context, value, key)))
  return undefined
}

function objectShape(context: Context, value: object, name: string | null): Shape {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag)
  if (name === 'Object' && (typeof tag !== 'string' || tag === '')) {
    if (Object.prototype.toString.call(value) !== '[object Arguments]') return plainShape(context, value, { title: '', bare: '{}' })
    return plainShape(context, value, { title: '[Arguments] ', bare: '[Arguments] {}' })
  }
  const title = prefix(name, value, 'Object')
  return plainShape(context, value, { title, bare: `${title}{}` })
}

/** Values that are one piece of text: functions, dates, patterns, errors, boxed primitives. */
function atomText(context: Context, value: object, name: string | null): string | undefined {
  if (typeof value === 'function') return functionText(value, name)
  if (value instanceof RegExp) return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Error) return errorText(context, value)
  if (value instanceof Number || value instanceof Boolean || value instanceof String || value instanceof BigInt || value instanceof Symbol)
    return `[${name ?? 'Object'}: ${primitive(context, value.valueOf())}]`
  return undefined
}

function errorText(context: Context, error: Error): string {
  const stack = typeof error.stack === 'string' && error.stack !== '' ? error.stack : Error.prototype.toString.call(error)
  const text = context.indent === 0 ? stack : stack.replaceAll('\n', `\n${' '.repeat(context.indent)}`)
  return stack.includes('\n    at ') ? text : `[${text}]`
}

function within(context: Context, work: () => string[]): string[] {
  context.indent += 2
  const out = work()
  context.indent -= 2
  return out
}

function listed<Item>(context: Context, items: readonly Item[], text: (item: Item) => string): string[] {
  const out = items.slice(0, context.maxArray).map(text)
  const more = items.length - out.length
  return more > 0 ? [...out, `... ${more} more item${more > 1 ? 's' : ''}`] : out
}

function arrayEntries(context: Context, value: readonly unknown[]): string[] {
  const out: string[] = []
  for (let i = 0; i < value.length && out.length < context.maxArray; i++) {
    if (Object.hasOwn(value, i)) {
      context.indent += 2
      out.push(show(context, value[i], false))
      context.indent -= 2
      continue
    }
    let gap = i
    while (gap < value.length && !Object.hasOwn(value, gap)) gap++
    out.push(painted(context, `<${gap - i} empty item${gap - i > 1 ? 's' : ''}>`, undefined))
    i = gap - 1
  }
  const more = value.length - Math.min(value.length, context.maxArray)
  if (more > 0 && out.length >= context.maxArray) out.push(`... ${more} more item${more > 1 ? 's' : ''}`)
  return out
}

function property(context: Context, value: object, key: PropertyKey): string {
  const found = Reflect.getOwnPropertyDescriptor(value, key) ?? { value: Reflect.get(value, key), enumerable: true }
  const name = found.enumerable === false ? `[${String(key)}]` : propertyKey(key)
  // Names of a module are read through getters here, and are plain values to a program.
  const isLive = found.get !== undefined && Reflect.get(value, Symbol.toStringTag) === 'Module'
  if (isLive && isUntold(value, key)) return `${name}: <uninitialized>`
  if (found.get !== undefined && !isLive) {
    if (context.getters) return `${name}: ${gotten(context, Reflect.get(value, key), found.set === undefined ? 'Getter' : 'Getter/Setter')}`
    return `${name}: [${found.set === undefined ? 'Getter' : 'Getter/Setter'}]`
  }
  if (found.set !== undefined && !isLive) return `${name}: [Setter]`
  context.indent += 2
  const text = show(context, isLive ? Reflect.get(value, key) : found.value, false)
  context.indent -= 2
  return `${name}: ${text}`
}

/** What a getter gives: in its brackets where it is one word. */
function gotten(context: Context, value: unknown, label: string): string {
  const text = show(context, value, false)
  return typeof value === 'object' && value !== null ? `[${label}] ${text}` : `[${label}: ${text}]`
}
