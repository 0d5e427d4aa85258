/** As long as a line may be. */
const MAX_TEXT = 4000
const MAX_DEPTH = 3
const MAX_MEMBERS = 50

/** What a console would print for these, as text. Never throws: a page prints whatever it has, getters that throw too. */
export function textOfAll(parts: readonly unknown[]): string {
  const [first, ...rest] = parts
  const text = typeof first === 'string' && /%[sdifoOc]/.test(first) ? formatted(first, rest) : parts.map(textOf).join(' ')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}

function formatted(format: string, values: readonly unknown[]): string {
  const left = [...values]
  const filled = format.replaceAll(/%([sdifoOc%])/g, (whole, kind: string) => {
    if (kind === '%') return '%'
    if (left.length === 0) return whole
    const value = left.shift()
    if (kind === 'c') return ''
    if (kind === 'd' || kind === 'i') return String(Math.trunc(Number(value)))
    return kind === 'f' ? String(Number(value)) : textOf(value)
  })
  return [filled, ...left.map(textOf)].join(' ')
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return shown(value, { depth: 0, seen: new Set() })
  } catch (thrown) {
    return `[cannot be printed: ${typeof thrown}]`
  }
}

interface Where {
  readonly depth: number
  readonly seen: ReadonlySet<unknown>
}

function shown(value: unknown, { depth, seen }: Where): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof Error) return errorText(value)
  if (seen.has(value)) return '[Circular]'
  if ('nodeType' in value && 'nodeName' in value) return `<${String(value.nodeName).toLowerCase()}>`
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? '[Array]' : '[Object]'
  const inside: Where = { depth: depth + 1, seen: new Set([...seen, value]) }
  if (Array.isArray(value)) return `[${cut(value.map((one) => shown(one, inside)))}]`
  if (value instanceof Map) return `Map {${cut([...value].map(([key, one]) => `${shown(key, inside)} => ${shown(one, inside)}`))}}`
  if (value instanceof Set) return `Set {${cut([...value].map((one) => shown(one, inside)))}}`
  const name = value.constructor?.name
  const members = Object.entries(value).map(([key, one]) => `${key}: ${shown(one, inside)}`)
  return `${name === undefined || name === 'Object' ? '' : `${name} `}{${cut(members)}}`
}

function cut(members: readonly string[]): string {
  const more = members.length - MAX_MEMBERS
  return more > 0 ? `${members.slice(0, MAX_MEMBERS).join(', ')}, … ${more} more` : members.join(', ')
}

/** In some browsers the stack begins with the words of the error, in others it has none of them. */
function errorText(error: Error): string {
  const words = String(error)
  const stack = error.stack ?? ''
  return stack.startsWith(words) ? stack : [words, stack].filter((part) => part !== '').join('\n')
}
