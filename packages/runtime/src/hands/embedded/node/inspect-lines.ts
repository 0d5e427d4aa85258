import { columns } from './inspect-columns'
import { widthOf } from './inspect-colors'

/** How far a value may go on one line. */
export interface LineSpace {
  readonly breakLength: number
  readonly compact: number
  readonly maxArray: number
  readonly indent: number
  readonly level: number
  readonly deepest: number
}

/** The entries of a value and what stands around them. */
export interface Parts {
  readonly output: string[]
  readonly title: string
  readonly base: string
  readonly open: string
  readonly close: string
  readonly isArray: boolean
  readonly value: object
}

/** On one line where it fits and is not too deep, else one entry a line. */
export function joined(context: LineSpace, parts: Parts): string {
  const isAtom = parts.base !== '' && !/[[{]\]?\}?$/.test(parts.base) ? true : false
  const base = isAtom ? `${parts.base} ` : ''
  const open = `${isAtom && parts.title === '' ? '' : parts.title}${base}${parts.open}`
  let output = parts.output
  const entries = output.length
  if (parts.isArray && entries > 6) output = columns(output, { ...context, value: parts.value })
  if (context.compact > 0 && context.deepest - context.level < context.compact && entries === output.length) {
    const total = output.reduce(
      (sum, text) => sum + widthOf(text),
      output.length * 2 + context.indent + parts.open.length + (open.length - parts.open.length) + 10,
    )
    const isShort = total <= context.breakLength && !open.includes('\n')
    if (isShort && !output.some((text) => text.includes('\n'))) return `${open} ${output.join(', ')} ${parts.close}`
  }
  const pad = `\n${' '.repeat(context.indent)}`
  return `${open}${pad}  ${output.join(`,${pad}  `)}${pad}${parts.close}`
}
