import { Emitter } from './emitter.ts'

export interface Store<T> {
  get(): T
  set(value: T): void
  /** Changes some of an object's fields. */
  update(part: Partial<T>): void
  /** Is told the new value and the old one. */
  subscribe(listener: (value: T, before: T) => void): () => void
}

interface StoreEvents<T> {
  change: { value: T; before: T }
}

/** A value that tells when it changes. */
export function createStore<T extends object>(initial: T): Store<T> {
  const events = new Emitter<StoreEvents<T>>()
  let current = initial
  const set = (value: T): void => {
    const before = current
    current = value
    events.emit('change', { value, before })
  }
  return {
    get: () => current,
    set,
    update: (part) => set({ ...current, ...part }),
    subscribe: (listener) => events.on('change', ({ value, before }) => listener(value, before)),
  }
}
