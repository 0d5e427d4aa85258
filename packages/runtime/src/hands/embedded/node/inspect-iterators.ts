const MAP_ITERATOR = Object.getPrototypeOf(new Map().values())
const SET_ITERATOR = Object.getPrototypeOf(new Set().values())
const nexts = { Map: Reflect.get(MAP_ITERATOR, 'next'), Set: Reflect.get(SET_ITERATOR, 'next') }

/** What an iterator of a Map or Set still has to give. */
export interface Remaining {
  readonly of: 'Map' | 'Set'
  readonly items: readonly unknown[]
  /** Pairs of key and value, as far as can be seen: the iterator of values that are all pairs looks the same. */
  readonly isEntries: boolean
}

const isPair = (item: unknown): boolean => Array.isArray(item) && item.length === 2

/**
 * Looks into an iterator: the platform lets nobody, so it is emptied and gives from then on what was in it. What is added to its collection
 * later is not seen by it any more.
 */
export function remainingOf(value: object): Remaining | undefined {
  const of = Object.prototype.isPrototypeOf.call(MAP_ITERATOR, value)
    ? 'Map'
    : Object.prototype.isPrototypeOf.call(SET_ITERATOR, value)
      ? 'Set'
      : undefined
  if (of === undefined) return undefined
  const known: unknown = Reflect.getOwnPropertyDescriptor(value, 'next')?.value
  const items = (typeof known === 'function' && kept.get(known)) || emptied(value, nexts[of])
  return { of, items: [...items], isEntries: items.length > 0 && items.every(isPair) }
}

/** What is left, by the function that gives it. */
const kept = new WeakMap<object, unknown[]>()

function emptied(value: object, next: unknown): unknown[] {
  const items: unknown[] = []
  for (;;) {
    const step: unknown = Reflect.apply(Object(next), value, [])
    if (Reflect.get(Object(step), 'done') === true) break
    items.push(Reflect.get(Object(step), 'value'))
  }
  const replay = (): IteratorResult<unknown> =>
    items.length > 0 ? { value: items.shift(), done: false } : { value: undefined, done: true }
  kept.set(replay, items)
  Object.defineProperty(value, 'next', { value: replay, writable: true, configurable: true, enumerable: false })
  return items
}
