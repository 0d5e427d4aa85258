import { Buffer } from 'buffer'
import { bytesOf, unsupported } from './context'

/** In front of what `serialize` gives: it is this sandbox's own form, no other engine reads it. */
const MARK = 'tabwright-v8-1:'

const missing = (name: string) => () => {
  throw unsupported('v8', `${name} is missing: the engine cannot be reached from here`)
}

type Tagged = readonly [kind: string, value?: unknown, more?: unknown]

const VIEWS = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array, Uint8ClampedArray }
const BYTES = 'base64'

/** A value as a list of nodes that name each other by number, so that what is the same stays the same. */
function flatten(root: unknown): readonly Tagged[] {
  const nodes: Tagged[] = []
  const known = new Map<unknown, number>()
  const add = (value: unknown): number => {
    const before = known.get(value)
    if (before !== undefined) return before
    const at = nodes.length
    nodes.push(['undefined'])
    if (typeof value === 'object' && value !== null) known.set(value, at)
    nodes[at] = tagged(value, add)
    return at
  }
  add(root)
  return nodes
}

function tagged(value: unknown, add: (value: unknown) => number): Tagged {
  if (value === undefined) return ['undefined']
  if (typeof value === 'bigint') return ['bigint', String(value)]
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? ['plain', value] : ['number', Object.is(value, -0) ? '-0' : String(value)]
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'symbol')
      throw new DOMException(`${String(value)} could not be cloned.`, 'DataCloneError')
    return ['plain', value]
  }
  if (value instanceof Date) return ['date', value.getTime()]
  if (value instanceof RegExp) return ['regexp', value.source, value.flags]
  if (value instanceof Map) return ['map', [...value].map(([key, item]) => [add(key), add(item)])]
  if (value instanceof Set) return ['set', [...value].map(add)]
  if (Array.isArray(value)) return ['array', Object.entries(value).map(([key, item]) => [key, add(item)]), value.length]
  if (value instanceof Error) return ['error', value.name, [value.message, value.stack]]
  if (value instanceof ArrayBuffer) return ['buffer', Buffer.from(value).toString(BYTES)]
  if (ArrayBuffer.isView(value)) {
    const name = Buffer.isBuffer(value) ? 'Buffer' : value.constructor.name
    return ['view', name, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString(BYTES)]
  }
  return ['object', Object.entries(value).map(([key, item]) => [key, add(item)])]
}

function build(nodes: readonly Tagged[]): unknown {
  const made = new Map<number, unknown>()
  const pairs = (value: unknown): readonly (readonly [unknown, unknown])[] => (Array.isArray(value) ? value : [])
  const get = (at: unknown): unknown => {
    const index = Number(at)
    if (made.has(index)) return made.get(index)
    const [kind = '', value, more] = nodes[index] ?? []
    const keep = <Made>(one: Made): Made => {
      made.set(index, one)
      return one
    }
    switch (kind) {
      case 'bigint':
        return BigInt(String(value))
      case 'number':
        return Number(value)
      case 'date':
        return keep(new Date(Number(value)))
      case 'regexp':
        return keep(new RegExp(String(value), String(more)))
      case 'map': {
        const map = keep(new Map<unknown, unknown>())
        for (const [key, item] of pairs(value)) map.set(get(key), get(item))
        return map
      }
      case 'set': {
        const set = keep(new Set<unknown>())
        for (const item of Array.isArray(value) ? value : []) set.add(get(item))
        return set
      }
      case 'array':
      case 'object': {
        const target = keep(kind === 'array' ? Array.from({ length: 0 }) : {})
        if (Array.isArray(target)) target.length = Number(more)
        for (const [key, item] of pairs(value)) Reflect.set(target, String(key), get(item))
        return target
      }
      case 'error': {
        const [message, stack] = Array.isArray(more) ? more : []
        const known: unknown = Reflect.get(globalThis, String(value))
        const error: object = Reflect.construct(typeof known === 'function' ? known : Error, [message])
        return keep(Object.defineProperty(error, 'stack', { value: stack, writable: true, configurable: true }))
      }
      case 'buffer':
      case 'view': {
        const bytes = new Uint8Array(Buffer.from(String(kind === 'view' ? more : value), BYTES))
        if (kind === 'buffer') return keep(bytes.buffer)
        const view = Object.entries(VIEWS).find(([name]) => name === value)?.[1]
        return keep(view === undefined ? Buffer.from(bytes) : new view(bytes.buffer))
      }
      default:
        return value
    }
  }
  return get(0)
}

/** `v8`: values as bytes, and what there is to say of a heap that cannot be seen. */
export const v8Module: Record<string, unknown> = {
  serialize: (value: unknown) => Buffer.from(MARK + JSON.stringify(flatten(value))),
  deserialize: (bytes: unknown) => {
    const text = new TextDecoder().decode(bytesOf(bytes))
    if (!text.startsWith(MARK)) throw unsupported('v8', 'deserialize reads what serialize of this sandbox gave, not the form of an engine')
    return build(JSON.parse(text.slice(MARK.length)))
  },
  getHeapStatistics: () => ({
    total_heap_size: 2e7,
    used_heap_size: 1e7,
    heap_size_limit: 2_197_815_296,
    total_available_size: 2e9,
    malloced_memory: 1e5,
  }),
  cachedDataVersionTag: () => 0,
  ...Object.fromEntries(
    [
      'setFlagsFromString',
      'getHeapSnapshot',
      'writeHeapSnapshot',
      'takeCoverage',
      'stopCoverage',
      'getHeapSpaceStatistics',
      'getHeapCodeStatistics',
    ].map((name) => [name, missing(name)]),
  ),
}
