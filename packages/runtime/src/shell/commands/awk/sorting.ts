import { AwkArray, scalarOf, Untyped, type Slot } from './awk-array'
import { callNow } from './compile-call'
import type { Machine } from './machine'
import type { Compiled } from './scope'
import { compareText, Fatal, isNumeric, toNumber, type Scalar } from './values'

/** A key of an array and what is there. */
export type Entry = readonly [key: string, value: Slot]

/** Compares entries; undefined: as they come. */
export type Order = ((one: Entry, two: Entry) => number) | undefined

const NAMED = /^@(ind|val)_(str|num|type)_(asc|desc)$/

/** The order that PROCINFO["sorted_in"] or `asort`'s third argument names: one of gawk's own, or a function of the program. */
export function orderOf(wanted: string, run: { readonly machine: Machine; readonly functions: ReadonlyMap<string, Compiled> }): Order {
  if (wanted === '' || wanted === '@unsorted') return undefined
  const named = NAMED.exec(wanted)
  if (named !== null) {
    const [, what, how, direction] = named
    const compare = what === 'ind' ? byKey(how === 'num', run.machine) : byValue(how ?? 'type', run.machine)
    return direction === 'desc' ? (one, two) => compare(two, one) : compare
  }
  const called = run.functions.get(wanted)
  if (called === undefined) throw new Fatal(`sort comparison function \`${wanted}' is not defined`)
  return (one, two) => toNumber(callNow({ scope: { ...run, params: new Map(), isSync: true } }, called, [one[0], one[1], two[0], two[1]]))
}

/** Entries in that order. gawk's sort is not stable; equal ones stay as they came here. */
export function ordered(entries: readonly Entry[], order: Order): readonly Entry[] {
  return order === undefined ? entries : [...entries].sort(order)
}

function byKey(asNumber: boolean, machine: Machine): (one: Entry, two: Entry) => number {
  return (one, two) => {
    const difference = asNumber ? toNumber(one[0]) - toNumber(two[0]) : 0
    return difference === 0 ? compareText(machine.textOf(one[0]), machine.textOf(two[0])) : difference
  }
}

/** Numbers before text before arrays. */
function rank(value: Slot): number {
  if (value instanceof AwkArray || value instanceof Untyped) return 3
  return isNumeric(value) ? 1 : 2
}

function byValue(how: string, machine: Machine): (one: Entry, two: Entry) => number {
  return (one, two) => {
    const [a, b] = [one[1], two[1]]
    const ranks = [rank(a), rank(b)] as const
    if (ranks[0] === 3 || ranks[1] === 3 || (how === 'type' && ranks[0] !== ranks[1])) return ranks[0] - ranks[1]
    const result = compareValues({ how, isNumber: ranks[0] === 1 }, machine, [scalarOf(a, ''), scalarOf(b, '')])
    return result === 0 ? compareText(one[0], two[0]) : result
  }
}

function compareValues(
  { how, isNumber }: { readonly how: string; readonly isNumber: boolean },
  machine: Machine,
  [a, b]: readonly [Scalar, Scalar],
): number {
  const byNumber = how === 'num' || (how === 'type' && isNumber)
  const difference = byNumber ? toNumber(a) - toNumber(b) : 0
  if (byNumber && (how === 'type' || difference !== 0)) return difference
  return compareText(machine.textOf(a), machine.textOf(b))
}
