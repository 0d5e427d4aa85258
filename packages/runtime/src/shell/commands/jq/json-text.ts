import { isArray, isObject, numberText, sortedKeys, type Json } from './json'

/** How values are printed. */
export interface Layout {
  /** What each level is indented by; undefined: all on one line. */
  readonly indent: string | undefined
  readonly sortKeys: boolean
  readonly ascii: boolean
  readonly color: boolean
}

const PLAIN: Layout = { indent: undefined, sortKeys: false, ascii: false, color: false }
const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
}

function escaped(unit: string): string {
  return NAMED[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A text in quotes. Bytes that are no UTF-8 come out as the replacement character. */
export function quoted(text: string, ascii = false): string {
  const whole = /[\uD800-\uDFFF]/.test(text) ? text.toWellFormed() : text
  const safe = whole.replace(/["\\\u0000-\u001f\u007f]/g, escaped)
  return `"${ascii ? safe.replace(/[\u0080-\uffff]/g, escaped) : safe}"`
}

/** A value on one line, as `tojson` makes it. */
export function jsonText(value: Json): string {
  return render(value, PLAIN)
}

/** A value as it is printed. */
export function render(value: Json, layout: Layout): string {
  return layout.color ? colored(value, layout, 0) : plain(value, layout, 0)
}

function scalar(value: Json, ascii: boolean): string | undefined {
  if (typeof value === 'string') return quoted(value, ascii)
  if (typeof value === 'number') return numberText(value)
  return value === null || typeof value === 'boolean' ? String(value) : undefined
}

function breakAt(layout: Layout, level: number): string {
  return layout.indent === undefined ? '' : `\n${layout.indent.repeat(level)}`
}

function plain(value: Json, layout: Layout, level: number): string {
  const simple = scalar(value, layout.ascii)
  if (simple !== undefined) return simple
  const [start, end] = [breakAt(layout, level + 1), breakAt(layout, level)]
  if (isArray(value)) return value.length === 0 ? '[]' : `[${value.map((item) => start + plain(item, layout, level + 1)).join(',')}${end}]`
  if (!isObject(value)) return ''
  if (value.size === 0) return '{}'
  const colon = layout.indent === undefined ? ':' : ': '
  const keys = layout.sortKeys ? sortedKeys(value) : [...value.keys()]
  const items = keys.map((key) => `${start}${quoted(key, layout.ascii)}${colon}${plain(value.get(key) ?? null, layout, level + 1)}`)
  return `{${items.join(',')}${end}}`
}

const OFF = '\u001b[0m'
const STRUCTURE = '\u001b[1;39m'
const KEY = '\u001b[34;1m'

function colorOf(value: Json): string {
  if (value === null) return '\u001b[1;30m'
  return typeof value === 'string' ? '\u001b[0;32m' : '\u001b[0;39m'
}

/** The same with the colours of jq 1.6, which it switches off and on in its own way. */
function colored(value: Json, layout: Layout, level: number): string {
  const simple = scalar(value, layout.ascii)
  if (simple !== undefined) return colorOf(value) + simple + OFF
  const [start, end] = [breakAt(layout, level + 1), breakAt(layout, level)]
  if (isArray(value)) {
    if (value.length === 0) return `${STRUCTURE}[]${OFF}`
    const items = value.map((item) => start + colored(item, layout, level + 1))
    return `${STRUCTURE}[${items.join(`${STRUCTURE},`)}${STRUCTURE}${end}${STRUCTURE}]${OFF}`
  }
  if (!isObject(value)) return ''
  if (value.size === 0) return `${STRUCTURE}{}${OFF}`
  const colon = layout.indent === undefined ? ':' : ': '
  const keys = layout.sortKeys ? sortedKeys(value) : [...value.keys()]
  const items = keys.map((key) => {
    const shown = `${OFF}${KEY}${quoted(key, layout.ascii)}${OFF}${STRUCTURE}${colon}${OFF}`
    return start + shown + colored(value.get(key) ?? null, layout, level + 1)
  })
  return `${STRUCTURE}{${items.join(`${STRUCTURE},`)}${STRUCTURE}${end}${STRUCTURE}}${OFF}`
}
