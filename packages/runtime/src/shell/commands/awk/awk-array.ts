import { ArrayOrder } from './array-order'
import { Fatal, RegexValue, InputText, toNumber, type Scalar } from './values'

/** What a variable or an element may hold. */
export type Slot = Scalar | AwkArray | Untyped

/** An array of awk: text to value. */
export class AwkArray {
  readonly items = new Map<string, Slot>()
  /**
   * Made when it is asked for, or when something goes: until then the order in which keys came, which the map keeps, tells as much.
   */
  #order: ArrayOrder | undefined

  get(key: string): Slot {
    const found = this.items.get(key)
    // Asking for an element makes it.
    if (found === undefined && !this.items.has(key)) this.set(key, undefined)
    return found
  }

  set(key: string, value: Slot): void {
    if (this.#order !== undefined && !this.items.has(key)) this.#order.add(key)
    this.items.set(key, value)
  }

  delete(key: string): void {
    if (!this.items.has(key)) return
    this.#followed().delete(key)
    this.items.delete(key)
  }

  clear(): void {
    this.items.clear()
    this.#order = undefined
  }

  /** Keys in the order in which gawk's `for (k in a)` gives them. */
  keys(): string[] {
    return this.#followed().keys()
  }

  #followed(): ArrayOrder {
    if (this.#order === undefined) {
      this.#order = new ArrayOrder()
      for (const key of this.items.keys()) this.#order.add(key)
    }
    return this.#order
  }
}

/** A variable that was passed before anything was assigned to it: it becomes an array when the function uses it as one. */
export class Untyped {
  readonly #make: (array: AwkArray) => void
  #array: AwkArray | undefined

  constructor(make: (array: AwkArray) => void) {
    this.#make = make
  }

  get array(): AwkArray | undefined {
    return this.#array
  }

  makeArray(): AwkArray {
    if (this.#array === undefined) {
      this.#array = new AwkArray()
      this.#make(this.#array)
    }
    return this.#array
  }
}

/** A slot's value where no array may stand. */
export function scalarOf(slot: Slot, name: string): Scalar {
  if (slot instanceof Untyped) {
    if (slot.array === undefined) return undefined
    throw new Fatal(`attempt to use array \`${name}' in a scalar context`)
  }
  if (slot instanceof AwkArray) throw new Fatal(`attempt to use array \`${name}' in a scalar context`)
  return slot
}

/** Text of a subscript. */
export function keyOf(value: Scalar, convert: (value: number) => string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value === 0 ? 0 : value) : convert(value)
  if (value === undefined) return ''
  if (value instanceof InputText) return value.text
  return value instanceof RegexValue ? value.source : String(toNumber(value))
}
