/** What a variable holds. */
export type Value =
  | { readonly type: 'unset' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly items: Map<number, string> }
  | { readonly type: 'table'; readonly items: Map<string, string> }

/** What `declare` can say of a variable. */
export interface Attributes {
  integer: boolean
  lower: boolean
  upper: boolean
  capital: boolean
  readonly: boolean
  exported: boolean
  nameref: boolean
  trace: boolean
}

export type Attribute = keyof Attributes

/** Letters of `declare -p` and `${x@a}`, in bash's order. */
export const ATTRIBUTE_LETTERS: readonly (readonly [letter: string, attribute: Attribute])[] = [
  ['i', 'integer'],
  ['n', 'nameref'],
  ['r', 'readonly'],
  ['t', 'trace'],
  ['x', 'exported'],
  ['c', 'capital'],
  ['l', 'lower'],
  ['u', 'upper'],
]

const NONE: Attributes = {
  integer: false,
  lower: false,
  upper: false,
  capital: false,
  readonly: false,
  exported: false,
  nameref: false,
  trace: false,
}

/** One variable. */
export class Variable {
  value: Value
  /** Declared as an array that was never assigned. */
  isBare = false
  readonly attributes: Attributes

  constructor(value: Value = { type: 'unset' }, attributes: Partial<Attributes> = {}) {
    this.value = value
    this.attributes = { ...NONE, ...attributes }
  }

  copy(): Variable {
    const { value } = this
    if (value.type === 'list') return new Variable({ type: 'list', items: new Map(value.items) }, this.attributes)
    if (value.type === 'table') return new Variable({ type: 'table', items: new Map(value.items) }, this.attributes)
    return new Variable(value, this.attributes)
  }

  /** The letters of its attributes, the kind of array first. */
  get letters(): string {
    const kind = this.value.type === 'list' ? 'a' : this.value.type === 'table' ? 'A' : ''
    return kind + ATTRIBUTE_LETTERS.flatMap(([letter, attribute]) => (this.attributes[attribute] ? [letter] : [])).join('')
  }

  /** What `$name` gives: of an array its element 0. */
  get text(): string | undefined {
    const { value } = this
    switch (value.type) {
      case 'unset':
        return undefined
      case 'text':
        return value.text
      case 'list':
        return value.items.get(0)
      default:
        return value.items.get('0')
    }
  }
}

/** Elements of a list by index, ascending. */
export function listEntries(items: ReadonlyMap<number, string>): [number, string][] {
  const entries = [...items]
  let last = -1
  for (const [index] of entries) {
    if (index < last) return entries.toSorted(([a], [b]) => a - b)
    last = index
  }
  return entries
}

/** The highest index of a list, or -1. */
export function lastIndex(items: ReadonlyMap<number, string>): number {
  let last = -1
  for (const index of items.keys()) if (index > last) last = index
  return last
}

const encoder = new TextEncoder()

/** The hash by which bash orders the elements of an associative array. */
function bucketOf(key: string, buckets: number): number {
  let hash = 2_166_136_261
  for (const byte of encoder.encode(key)) hash = (Math.imul(hash, 16_777_619) ^ byte) >>> 0
  return hash & (buckets - 1)
}

/** Elements of a table in the order in which bash walks its hash table, so that scripts print what they print elsewhere. */
function tableEntries(items: ReadonlyMap<string, string>): [string, string][] {
  let buckets = 1024
  while (items.size > buckets * 2) buckets *= 4
  return [...items]
    .map((entry, at) => ({ entry, at, bucket: bucketOf(entry[0], buckets) }))
    .toSorted((a, b) => a.bucket - b.bucket || b.at - a.at)
    .map(({ entry }) => entry)
}

/** Keys and values of any value, as text. */
export function entriesOf(value: Value): [string, string][] {
  switch (value.type) {
    case 'unset':
      return []
    case 'text':
      return [['0', value.text]]
    case 'list':
      return listEntries(value.items).map(([index, text]) => [String(index), text])
    default:
      return tableEntries(value.items)
  }
}
