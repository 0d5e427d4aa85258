/** How a promise ended, where that is known. */
export type Settled = { readonly type: 'fulfilled' | 'rejected'; readonly value: unknown }

/** Promises that were made settled; of others the platform tells nobody how they stand until their turn comes. */
const known = new WeakMap<object, Settled>()

/** Undefined: it is pending, or ended in a way that cannot be seen at once. */
export const settledOf = (promise: object): Settled | undefined => known.get(promise)

const isObject = (value: unknown): value is object => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** Without asking for it: `then` may be a getter, and the platform asks once. */
function mayBeThenable(value: unknown): boolean {
  // Also what has no prototype of this realm, or none.
  for (let at: unknown = value; isObject(at); at = Object.getPrototypeOf(at)) if (Object.hasOwn(at, 'then')) return true
  return false
}

/** From now on what `Promise.resolve` and `Promise.reject` give is known for what it is. */
export function watchSettled(): void {
  const { resolve, reject } = Promise
  const own = {
    resolve(this: unknown, value: unknown): unknown {
      const made: unknown = Reflect.apply(resolve, this, [value])
      if (made !== value && made instanceof Promise && !mayBeThenable(value)) known.set(made, { type: 'fulfilled', value })
      return made
    },
    reject(this: unknown, value: unknown): unknown {
      const made: unknown = Reflect.apply(reject, this, [value])
      if (made instanceof Promise) known.set(made, { type: 'rejected', value })
      return made
    },
  }
  for (const name of ['resolve', 'reject'] as const)
    Object.defineProperty(Promise, name, { value: own[name], writable: true, configurable: true, enumerable: false })
}
