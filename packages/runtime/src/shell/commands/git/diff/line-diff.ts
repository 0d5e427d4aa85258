import { compact } from './compact'
import { histogram } from './histogram'
import { changesOf, numbered, type Change, type SpaceStyle } from './lines'
import { myers, type Sides } from './myers'
import { patience } from './patience'

/** How two texts are compared. */
export interface DiffStyle extends SpaceStyle {
  readonly algorithm?: 'myers' | 'minimal' | 'histogram' | 'patience'
  /** Lines that begin so are told as unchanged where they can be; for `patience`. */
  readonly anchors?: readonly string[] | undefined
  /** Off when texts are merged. */
  readonly isIndented?: boolean
}

/** What changed between two lists of lines, as git finds it. */
export function lineChanges(a: readonly string[], b: readonly string[], style: DiffStyle = {}): Change[] {
  const [x, y] = numbered(a, b, style)
  const sides: Sides = { a: x, b: y, changedA: new Uint8Array(a.length), changedB: new Uint8Array(b.length) }
  const whole = { a0: 0, a1: a.length, b0: 0, b1: b.length }
  if (style.algorithm === 'histogram') histogram(sides, whole)
  else if (style.algorithm === 'patience')
    patience(sides, whole, (line) => style.anchors?.some((anchor) => a[line]?.startsWith(anchor)) ?? false)
  else myers(sides, whole, style.algorithm === 'minimal')
  const old = { ids: x, changed: sides.changedA, lines: a }
  const fresh = { ids: y, changed: sides.changedB, lines: b }
  compact(old, fresh, style.isIndented ?? true)
  compact(fresh, old, style.isIndented ?? true)
  return changesOf(sides.changedA, sides.changedB)
}
