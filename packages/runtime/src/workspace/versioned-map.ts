/** One step that the map took: what stood at the keys it changed. `undefined`: nothing. Filled in once the step is taken. */
interface Step<V> {
  undone?: ReadonlyMap<string, V | undefined>
  next?: Step<V>
}

/**
 * A map that moves on while those who took a view of it still see the state of that moment. A step costs what it changes, not what the
 * map holds, and so does a view; steps that no view needs any more are garbage.
 */
export class VersionedMap<V> {
  readonly #now: Map<string, V>
  #last: Step<V> = {}

  constructor(entries: Iterable<readonly [string, V]>) {
    this.#now = new Map(entries)
  }

  get size(): number {
    return this.#now.size
  }

  get(key: string): V | undefined {
    return this.#now.get(key)
  }

  has(key: string): boolean {
    return this.#now.has(key)
  }

  values(): Iterable<V> {
    return this.#now.values()
  }

  /** Sets these keys; `undefined` removes one. */
  step(changes: ReadonlyMap<string, V | undefined>): void {
    if (changes.size === 0) return
    const undone = new Map<string, V | undefined>()
    for (const [key, value] of changes) {
      undone.set(key, this.#now.get(key))
      if (value === undefined) this.#now.delete(key)
      else this.#now.set(key, value)
    }
    const next: Step<V> = {}
    this.#last.undone = undone
    this.#last.next = next
    this.#last = next
  }

  view(): View<V> {
    return new MapView(this.#now, this.#last)
  }
}

/** The map as it was. */
export interface View<V> {
  get(key: string): V | undefined
  has(key: string): boolean
  /** In no order that means something. */
  entries(): Iterable<readonly [string, V]>
}

class MapView<V> implements View<V> {
  readonly #now: ReadonlyMap<string, V>
  /** What stood then at keys that moved on since. */
  readonly #then = new Map<string, V | undefined>()
  #at: Step<V>

  constructor(now: ReadonlyMap<string, V>, at: Step<V>) {
    this.#now = now
    this.#at = at
  }

  get(key: string): V | undefined {
    this.#follow()
    return this.#then.has(key) ? this.#then.get(key) : this.#now.get(key)
  }

  has(key: string): boolean {
    return this.get(key) !== undefined
  }

  *entries(): Iterable<readonly [string, V]> {
    this.#follow()
    for (const entry of this.#now) if (!this.#then.has(entry[0])) yield entry
    for (const [key, value] of this.#then) if (value !== undefined) yield [key, value]
  }

  /** The first step after the view that changed a key knows what stood there; later ones do not count. */
  #follow(): void {
    while (this.#at.next) {
      for (const [key, value] of this.#at.undone ?? []) if (!this.#then.has(key)) this.#then.set(key, value)
      this.#at = this.#at.next
    }
  }
}
