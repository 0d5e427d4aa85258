/** Codes of Node's colours for the kinds of values. */
const CODES = {
  string: [32, 39],
  symbol: [32, 39],
  number: [33, 39],
  bigint: [33, 39],
  boolean: [33, 39],
  undefined: [90, 39],
  null: [1, 22],
  special: [36, 39],
  date: [35, 39],
  regexp: [31, 39],
} as const

export type Colored = keyof typeof CODES

/** Text in the colour of what it shows. */
export const colored = (text: string, kind: Colored): string => `\u001b[${CODES[kind][0]}m${text}\u001b[${CODES[kind][1]}m`

/** How wide it is shown. */
export const widthOf = (text: string): number => (text.includes('\u001b') ? text.replace(/\u001b\[\d+m/g, '').length : text.length)

/** Of which kind a value is that is one word. */
export function kindOf(value: unknown): Colored | undefined {
  if (value === null) return 'null'
  const type = typeof value
  if (type === 'function') return 'special'
  if (type !== 'object') return type
  if (value instanceof Date) return 'date'
  return value instanceof RegExp ? 'regexp' : undefined
}
