/** A disk that can be filled up under an in-memory IndexedDB. */
export interface FullDisk {
  /** While full, a transaction that stores anything aborts at its commit with `QuotaExceededError`, as Chromium's does. Deletes work. */
  fill(full: boolean): void
  /** Takes the platform's classes back to what they were. */
  restore(): void
}

interface FakeTransaction {
  _abort(name: string): void
}
type Method = (this: object, ...args: unknown[]) => unknown

/** Patches the global IndexedDB classes, which must be those of fake-indexeddb. */
export function fullDisk(): FullDisk {
  let isFull = false
  const storing = new WeakSet<object>()
  const stores = prototypeOf('IDBObjectStore')
  const transactions = prototypeOf('IDBTransaction')
  const undo = [
    ...['add', 'put'].map((name) =>
      patch(
        stores,
        name,
        (original) =>
          function (this: object, ...args) {
            const result = original.apply(this, args)
            storing.add(Reflect.get(this, 'transaction') as object)
            return result
          },
      ),
    ),
    patch(
      transactions,
      'commit',
      (original) =>
        function (this: object, ...args) {
          if (isFull && storing.has(this)) return (this as FakeTransaction)._abort('QuotaExceededError')
          return original.apply(this, args)
        },
    ),
  ]
  return {
    fill(full) {
      isFull = full
    },
    restore() {
      for (const each of undo) each()
    },
  }
}

function patch(target: object, name: string, change: (original: Method) => Method): () => void {
  const original = Reflect.get(target, name) as Method
  Reflect.set(target, name, change(original))
  return () => Reflect.set(target, name, original)
}

function prototypeOf(name: string): object {
  return (Reflect.get(globalThis, name) as { prototype: object }).prototype
}
