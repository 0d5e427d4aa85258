import { firstOf, made, type Item } from './items'
import type { Filter } from './filter'
import { compare, isArray, isObject, isTrue, type Json } from './json'
import { jsonText } from './json-text'
import { described, JqError } from './paths'
import type { Builtin, BuiltinCall, BuiltinList, OfValues } from './world'

/** Ends the whole program. */
export class Halt extends Error {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    super('halt')
    this.code = code
    this.text = text
  }
}

const IDENTITY: Filter = { type: 'identity' }

function argument(call: BuiltinCall, index: number): Filter {
  return call.args[index] ?? IDENTITY
}

function number(value: Json, what: string): number {
  if (typeof value !== 'number') throw new JqError(what)
  return value
}

/** Every combination of bounds and step. */
function* bounds(call: BuiltinCall): Generator<readonly [start: number, end: number, step: number]> {
  const { evaluator, args, env, at } = call
  const values = (index: number): Iterable<Json> => evaluator.values(argument(call, index), env, at.value)
  const complaint = 'Range bounds must be numeric'
  const zero: readonly Json[] = [0]
  const one: readonly Json[] = [1]
  for (const from of args.length === 1 ? zero : values(0))
    for (const to of values(args.length === 1 ? 0 : 1))
      for (const by of args.length === 3 ? values(2) : one) yield [number(from, complaint), number(to, complaint), number(by, complaint)]
}

function* range(call: BuiltinCall): Generator<Item> {
  for (const [start, end, step] of bounds(call)) {
    const goesOn = (value: number): boolean => (step < 0 ? value > end : value < end)
    for (let value = start; goesOn(value); value += step) yield made(call.at, value)
  }
}

function* limit(call: BuiltinCall): Generator<Item> {
  const { evaluator, env, at } = call
  for (const count of evaluator.values(argument(call, 0), env, at.value))
    yield* firstFew(evaluator.run(argument(call, 1), env, at), number(count, 'Invalid limit: must be a number'))
}

/** A limit of none is one, and one below it is no limit, as jq 1.6 has it. */
function* firstFew(items: Iterable<Item>, count: number): Generator<Item> {
  let left = count < 0 ? Infinity : count
  for (const item of items) {
    yield item
    left -= 1
    if (left <= 0) return
  }
}

/** Why something has no order: an object gives values to go by, but is no array itself. */
function unordered({ evaluator, env, at, args }: BuiltinCall, name: string): JqError {
  const { value } = at
  const [by = { type: 'identity' as const }] = args
  if (name === 'compared' && args.length === 0) return new JqError(`${described(value)} and ${described(value)} cannot be iterated over`)
  if (name === 'sorted' && args.length === 0) return new JqError(`${described(value)} cannot be sorted, as it is not an array`)
  if (!isObject(value)) return new JqError(`Cannot iterate over ${described(value)}`)
  const keys = [...value.values()].map((one) => [...evaluator.values(by, env, one)])
  const both = `${described(value)} and ${described(keys)}`
  return new JqError(name === 'compared' ? `${both} cannot be iterated over` : `${both} cannot be sorted, as they are not both arrays`)
}

/** Entries with the key that a filter makes of each. */
function keyed(call: BuiltinCall, name: string): readonly { readonly key: Json; readonly value: Json }[] {
  const { evaluator, env, at } = call
  if (!isArray(at.value)) throw unordered(call, name)
  return at.value.map((value) => ({ key: call.args.length === 0 ? value : [...evaluator.values(argument(call, 0), env, value)], value }))
}

function sorted(call: BuiltinCall, name: string): readonly { readonly key: Json; readonly value: Json }[] {
  return [...keyed(call, name)].sort((one, two) => compare(one.key, two.key))
}

function* groups(call: BuiltinCall, name: string): Generator<readonly Json[]> {
  let group: Json[] = []
  let last: Json | undefined
  for (const { key, value } of sorted(call, name)) {
    if (last !== undefined && compare(last, key) !== 0) {
      yield group
      group = []
    }
    group.push(value)
    last = key
  }
  if (group.length > 0) yield group
}

function best(call: BuiltinCall, sign: 1 | -1): Json {
  let found: { readonly key: Json; readonly value: Json } | undefined
  for (const entry of keyed(call, 'compared')) {
    const order = found === undefined ? 1 : compare(entry.key, found.key) * sign
    if (order > 0 || (order === 0 && sign === 1)) found = entry
  }
  return found?.value ?? null
}

function once(compute: (call: BuiltinCall) => Json): Builtin {
  return function* (call) {
    yield made(call.at, compute(call))
  }
}

function* until(call: BuiltinCall): Generator<Item> {
  let states: readonly Item[] = [call.at]
  while (states.length > 0) {
    const next: Item[] = []
    for (const state of states) yield* ended(call, state, next)
    states = next
  }
}

function* ended(call: BuiltinCall, state: Item, next: Item[]): Generator<Item> {
  const { evaluator, env } = call
  for (const isDone of evaluator.values(argument(call, 0), env, state.value)) {
    if (isTrue(isDone)) yield state
    else next.push(...evaluator.run(argument(call, 1), env, state))
  }
}

function* whilst(call: BuiltinCall, state = call.at): Generator<Item> {
  const { evaluator, env } = call
  for (const goesOn of evaluator.values(argument(call, 0), env, state.value)) {
    if (!isTrue(goesOn)) continue
    yield state
    for (const next of evaluator.run(argument(call, 1), env, state)) yield* whilst(call, next)
  }
}

/** As jq 1.6 has it: what the filter makes of the input, again and again. */
function* repeat(call: BuiltinCall): Generator<Item> {
  for (;;) yield* call.evaluator.run(argument(call, 0), call.env, call.at)
}

function* paths(call: BuiltinCall): Generator<Item> {
  for (const path of call.evaluator.paths(argument(call, 0), call.env, call.at.value)) yield made(call.at, path)
}

function* select(call: BuiltinCall): Generator<Item> {
  for (const wanted of call.evaluator.values(argument(call, 0), call.env, call.at.value)) if (isTrue(wanted)) yield call.at
}

function* last(call: BuiltinCall): Generator<Item> {
  let found: Item | undefined
  for (const item of call.evaluator.run(argument(call, 0), call.env, call.at)) found = item
  if (found !== undefined) yield found
}

function input({ evaluator: { world } }: BuiltinCall): Json {
  const next = world.input()
  if (next === undefined) throw new JqError('break')
  return next
}

function* inputs(call: BuiltinCall): Generator<Item> {
  for (let next = call.evaluator.world.input(); next !== undefined; next = call.evaluator.world.input()) yield made(call.at, next)
}

/** Functions that give any number of values, look at where they run, or take filters. */
export function streamBuiltins(of: OfValues): BuiltinList {
  const none: Builtin = () => []
  const fail: Builtin = of((value, [message = value]) => {
    throw new JqError(message)
  })
  return [
    ['empty/0', none],
    ['error/0', fail],
    ['error/1', fail],
    ['range/1', range],
    ['range/2', range],
    ['range/3', range],
    ['limit/2', limit],
    ['first/1', (call) => firstOf(call.evaluator.run(argument(call, 0), call.env, call.at))],
    ['last/1', last],
    ['isempty/1', once((call) => firstOf(call.evaluator.run(argument(call, 0), call.env, call.at)).length === 0)],
    ['until/2', until],
    ['while/2', whilst],
    ['repeat/1', repeat],
    ['recurse/0', (call) => call.evaluator.run({ type: 'recurse' }, call.env, call.at)],
    ['path/1', paths],
    ['select/1', select],
    ['sort/0', once((call) => sorted(call, 'sorted').map(({ value }) => value))],
    ['sort_by/1', once((call) => sorted(call, 'sorted').map(({ value }) => value))],
    ['group_by/1', once((call) => [...groups(call, 'grouped')])],
    ['unique/0', once((call) => [...groups(call, 'grouped')].map(([first = null]) => first))],
    ['unique_by/1', once((call) => [...groups(call, 'grouped')].map(([first = null]) => first))],
    ['min/0', once((call) => best(call, -1))],
    ['min_by/1', once((call) => best(call, -1))],
    ['max/0', once((call) => best(call, 1))],
    ['max_by/1', once((call) => best(call, 1))],
    ['input/0', once(input)],
    ['inputs/0', inputs],
    ['debug/0', once(({ evaluator, at }) => (evaluator.world.tell(`${jsonText(['DEBUG:', at.value])}\n`), at.value))],
    ['stderr/0', once(({ evaluator, at }) => (evaluator.world.tell(jsonText(at.value)), at.value))],
    [
      'halt/0',
      once(() => {
        throw new Halt(0, '')
      }),
    ],
    [
      'halt_error/1',
      of((value, [code = null]) => {
        throw new Halt(number(code, 'halt_error/1: number required'), typeof value === 'string' ? value : `${jsonText(value)}\n`)
      }),
    ],
  ]
}
