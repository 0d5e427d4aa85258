import { inspect, type InspectOptions } from './inspect'

function plain(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value)
}

function numberText(value: unknown, kind: 'd' | 'i' | 'f'): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return 'NaN'
  if (kind === 'd') return typeof value === 'object' ? 'NaN' : inspect(Number(value))
  return inspect(kind === 'i' ? Number.parseInt(String(value), 10) : Number.parseFloat(String(value)))
}

function asText(value: unknown): string {
  if (typeof value === 'bigint' || Object.is(value, -0) || typeof value === 'number') return inspect(value)
  const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, 'toString')
  if (typeof value !== 'object' || value === null || isOwn || value instanceof Error || value instanceof Date) return String(value)
  return inspect(value, { depth: 0 })
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined'
  } catch (thrown) {
    if (thrown instanceof TypeError && /circular/i.test(thrown.message)) return '[Circular]'
    throw thrown
  }
}

function directive(kind: string, value: unknown): string | undefined {
  switch (kind) {
    case 's':
      return asText(value)
    case 'd':
    case 'i':
    case 'f':
      return numberText(value, kind)
    case 'j':
      return json(value)
    case 'o':
      return inspect(value, { showHidden: true, depth: 4 })
    case 'O':
      return inspect(value)
    case 'c':
      return ''
    default:
      return undefined
  }
}

/** `util.format`: directives in the first text, everything else behind it. */
export function format(...args: unknown[]): string {
  const [first, ...rest] = args
  if (typeof first !== 'string') return args.map(plain).join(' ')
  if (rest.length === 0) return first
  const text = first.replace(/%([sdifjoOc%])/g, (whole, kind: string) => {
    if (kind === '%') return '%'
    if (rest.length === 0) return whole
    const shown = directive(kind, rest[0])
    if (shown === undefined) return whole
    rest.shift()
    return shown
  })
  return [text, ...rest.map(plain)].join(' ')
}

/** As {@link format}, with options for the values. */
export function formatWithOptions(options: InspectOptions, ...args: unknown[]): string {
  return args.length === 1 && typeof args[0] !== 'string' ? inspect(args[0], options) : format(...args)
}
