import { assertNever } from '@tabwright/protocol'
import type { Definition, Filter, Pattern } from './filter'
import { formatted } from './formats'
import { isArray, isObject, isTrue, typeOf, type Json } from './json'
import { assigned, operate } from './operators'
import { deletePaths, described, getPath, indexOf, JqError, setPath } from './paths'
import { Break, lookUp, made, named, namesIn, shortened, stepped, type Env, type Item, type Path, firstOf } from './items'
import type { Builtin, World } from './world'

/** Runs filters. */
export class Evaluator {
  readonly world: World
  readonly #builtins: ReadonlyMap<string, Builtin>
  readonly #prelude: ReadonlyMap<string, Definition>

  constructor(world: World, builtins: ReadonlyMap<string, Builtin>, prelude: ReadonlyMap<string, Definition>) {
    this.world = world
    this.#builtins = builtins
    this.#prelude = prelude
  }

  /** Values only. */
  *values(filter: Filter, env: Env, value: Json): Generator<Json> {
    for (const item of this.run(filter, env, { value, path: undefined })) yield item.value
  }

  /** Paths of what a filter points at. */
  *paths(filter: Filter, env: Env, value: Json): Generator<Path> {
    for (const { path, value: found } of this.run(filter, env, { value, path: [] })) {
      if (path === 'none' || path === undefined) throw new JqError(`Invalid path expression with result ${shortened(found)}`)
      yield path
    }
  }

  *run(filter: Filter, env: Env, at: Item): Generator<Item> {
    this.world.tick()
    switch (filter.type) {
      case 'identity':
        yield at
        return
      case 'recurse':
        return yield* this.#recurse(at)
      case 'literal':
        return yield made(at, filter.value)
      case 'string':
        return yield* this.#each(this.#text(filter, env, at.value), at)
      case 'format':
        return yield made(at, formatted(filter.name, at.value))
      case 'index':
        return yield* this.#index(filter, env, at)
      case 'slice':
        return yield* this.#slice(filter, env, at)
      case 'iterate':
        for (const item of this.run(filter.of, env, at)) yield* this.#iterate(item)
        return
      case 'array':
        return yield made(at, filter.of === undefined ? [] : [...this.values(filter.of, env, at.value)])
      case 'object':
        return yield* this.#each(this.#object(filter.entries, env, at.value), at)
      case 'negate':
        return yield* this.#negate(filter.of, env, at)
      case 'pipe':
        for (const item of this.run(filter.left, env, at)) yield* this.run(filter.right, env, item)
        return
      case 'comma':
        yield* this.run(filter.left, env, at)
        return yield* this.run(filter.right, env, at)
      case 'binary':
        for (const right of this.values(filter.right, env, at.value))
          for (const left of this.values(filter.left, env, at.value)) yield made(at, operate(filter.operator, left, right))
        return
      default:
        return yield* this.#control(filter, env, at)
    }
  }

  *#control(filter: Exclude<Filter, { type: Simple }>, env: Env, at: Item): Generator<Item> {
    switch (filter.type) {
      case 'and':
      case 'or':
        return yield* this.#logic(filter, env, at)
      case 'alternative':
        return yield* this.#alternative(filter, env, at)
      case 'assign':
        return yield* this.#each(this.#assign(filter, env, at.value), at)
      case 'if':
        for (const condition of this.values(filter.condition, env, at.value)) {
          if (isTrue(condition)) yield* this.run(filter.yes, env, at)
          else if (filter.no === undefined) yield at
          else yield* this.run(filter.no, env, at)
        }
        return
      case 'try':
        return yield* this.#try(filter, env, at)
      case 'reduce':
        return yield* this.#reduce(filter, env, at)
      case 'foreach':
        return yield* this.#foreach(filter, env, at)
      case 'bind':
        for (const value of this.values(filter.source, env, at.value)) yield* this.#bind(filter, { env, value, first: 0 }, at)
        return
      case 'define':
        return yield* this.run(filter.body, { type: 'function', definition: filter.definition, outer: env }, at)
      case 'label':
        return yield* this.#label(filter, env, at)
      case 'break': {
        const found = lookUp(env, (one) => one.type === 'label' && one.name === filter.name)
        throw found?.type === 'label' ? new Break(found.label) : new JqError(`$*label-${filter.name} is not defined`)
      }
      case 'variable':
        return yield made(at, this.#variable(filter, env))
      case 'call':
        return yield* this.#call(filter, env, at)
      default:
        return assertNever(filter)
    }
  }

  *#each(values: Iterable<Json>, at: Item): Generator<Item> {
    for (const value of values) yield made(at, value)
  }

  *#recurse(at: Item): Generator<Item> {
    yield at
    if (isArray(at.value) || isObject(at.value)) for (const item of this.#iterate(at)) yield* this.#recurse(item)
  }

  *#iterate(at: Item): Generator<Item> {
    const { value } = at
    if (isArray(value)) for (let i = 0; i < value.length; i++) yield stepped(at, i, value[i] ?? null)
    else if (isObject(value)) for (const [key, item] of value) yield stepped(at, key, item)
    else throw new JqError(`Cannot iterate over ${described(value)}`)
  }

  *#index({ of, key }: Extract<Filter, { type: 'index' }>, env: Env, at: Item): Generator<Item> {
    for (const item of this.run(of, env, at))
      for (const name of this.values(key, env, at.value)) yield stepped(item, name, indexOf(item.value, name))
  }

  *#slice(filter: Extract<Filter, { type: 'slice' }>, env: Env, at: Item): Generator<Item> {
    for (const item of this.run(filter.of, env, at))
      for (const key of this.#sliceKeys(filter, env, at.value)) {
        if (isObject(item.value)) throw new JqError('Cannot index object with object')
        yield stepped(item, key, indexOf(item.value, key))
      }
  }

  *#sliceKeys({ from, to }: Extract<Filter, { type: 'slice' }>, env: Env, value: Json): Generator<ReadonlyMap<string, Json>> {
    const none: Filter = { type: 'literal', value: null }
    for (const end of this.values(to ?? none, env, value))
      for (const start of this.values(from ?? none, env, value))
        yield new Map([
          ['start', start],
          ['end', end],
        ])
  }

  *#negate(of: Filter, env: Env, at: Item): Generator<Item> {
    for (const value of this.values(of, env, at.value)) {
      if (typeof value !== 'number') throw new JqError(`${described(value)} cannot be negated`)
      yield made(at, -value)
    }
  }

  *#text({ format, parts }: Extract<Filter, { type: 'string' }>, env: Env, value: Json): Generator<string> {
    const [part, ...others] = parts
    if (part === undefined) return yield ''
    const heads = typeof part === 'string' ? [part] : this.#shown(part, format, { env, value })
    // The last interpolation varies slowest.
    for (const rest of this.#text({ type: 'string', format, parts: others }, env, value)) for (const head of heads) yield head + rest
  }

  #shown(part: Filter, format: string | undefined, { env, value }: { readonly env: Env; readonly value: Json }): readonly string[] {
    return [...this.values(part, env, value)].map((one) => formatted(format ?? '@text', one))
  }

  *#object(entries: readonly (readonly [Filter, Filter])[], env: Env, value: Json): Generator<Json> {
    const [first, ...rest] = entries
    if (first === undefined) return yield new Map<string, Json>()
    const heads: (readonly [string, Json])[] = []
    for (const key of this.values(first[0], env, value)) {
      if (typeof key !== 'string') throw new JqError(`Object keys must be strings`)
      for (const item of this.values(first[1], env, value)) heads.push([key, item])
    }
    for (const head of heads)
      for (const tail of this.#object(rest, env, value)) yield new Map<string, Json>([head, ...(isObject(tail) ? tail : [])])
  }

  *#logic({ type, left, right }: Extract<Filter, { type: 'and' | 'or' } | { type: 'or' }>, env: Env, at: Item): Generator<Item> {
    for (const one of this.values(left, env, at.value)) {
      if (isTrue(one) === (type === 'or')) yield made(at, type === 'or')
      else for (const two of this.values(right, env, at.value)) yield made(at, isTrue(two))
    }
  }

  *#alternative({ left, right }: Extract<Filter, { type: 'alternative' }>, env: Env, at: Item): Generator<Item> {
    let isAny = false
    for (const item of this.run(left, env, at)) {
      if (!isTrue(item.value)) continue
      isAny = true
      yield item
    }
    if (!isAny) yield* this.run(right, env, at)
  }

  *#assign({ operator, left, right }: Extract<Filter, { type: 'assign' }>, env: Env, value: Json): Generator<Json> {
    if (operator === '|=') return yield this.#update(left, right, { env, value })
    for (const by of this.values(right, env, value)) {
      let result = value
      for (const path of Array.from(this.paths(left, env, value))) result = setPath(result, path, (old) => assigned(operator, old, by))
      yield result
    }
  }

  /** The first value that the right side gives takes the place; without any the place goes. */
  #update(left: Filter, right: Filter, { env, value }: { readonly env: Env; readonly value: Json }): Json {
    let result = value
    for (const path of Array.from(this.paths(left, env, value))) {
      const [first] = firstOf(this.values(right, env, getPath(result, path)))
      result = first === undefined ? deletePaths(result, [path]) : setPath(result, path, () => first)
    }
    return result
  }

  *#try({ body, handler }: Extract<Filter, { type: 'try' }>, env: Env, at: Item): Generator<Item> {
    try {
      yield* this.run(body, env, at)
    } catch (thrown) {
      if (!(thrown instanceof JqError)) throw thrown
      // `error(null)` is a way out without a word.
      if (handler !== undefined && thrown.value !== null) yield* this.run(handler, env, made(at, thrown.value))
    }
  }

  *#reduce({ source, pattern, start, update }: Extract<Filter, { type: 'reduce' }>, env: Env, at: Item): Generator<Item> {
    for (const initial of this.run(start, env, at)) {
      let state: Item = initial
      for (const inner of this.#rounds(source, pattern, { env, value: at.value })) {
        let last: Item | undefined
        for (const item of this.run(update, inner, state)) last = item
        state = last ?? made(at, null)
      }
      yield state
    }
  }

  *#foreach({ source, pattern, start, update, extract }: Extract<Filter, { type: 'foreach' }>, env: Env, at: Item): Generator<Item> {
    for (const initial of this.run(start, env, at)) {
      let state = initial
      for (const inner of this.#rounds(source, pattern, { env, value: at.value }))
        for (const item of this.run(update, inner, state)) {
          state = item
          yield* this.run(extract ?? { type: 'identity' }, inner, item)
        }
    }
  }

  /** The variables of each round of a fold. */
  *#rounds(source: Filter, pattern: Pattern, { env, value }: { readonly env: Env; readonly value: Json }): Generator<Env> {
    for (const item of this.values(source, env, value)) yield* this.#matches(pattern, env, item)
  }

  *#bind(
    filter: Extract<Filter, { type: 'bind' }>,
    from: { readonly env: Env; readonly value: Json; readonly first: number },
    at: Item,
  ): Generator<Item> {
    const pattern = filter.patterns[from.first]
    if (pattern === undefined) return
    // With alternatives every variable of any of them is there.
    const env =
      filter.patterns.length > 1
        ? filter.patterns.flatMap(namesIn).reduce<Env>((outer, name) => named(outer, name, null), from.env)
        : from.env
    const isLast = from.first === filter.patterns.length - 1
    try {
      for (const inner of this.#matches(pattern, env, from.value)) yield* this.run(filter.body, inner, at)
    } catch (thrown) {
      if (!(thrown instanceof JqError) || isLast) throw thrown
      yield* this.#bind(filter, { ...from, first: from.first + 1 }, at)
    }
  }

  *#matches(pattern: Pattern, env: Env, value: Json): Generator<Env> {
    switch (pattern.type) {
      case 'variable':
        return yield named(env, pattern.name, value)
      case 'array':
        if (value !== null && !isArray(value)) throw new JqError(`Cannot index ${typeOf(value)} with number`)
        return yield* this.#matchAll(
          pattern.items.map((item, index) => [item, value?.[index] ?? null] as const),
          env,
        )
      case 'object':
        return yield* this.#matchEntries(pattern, env, { value, from: 0 })
      default:
        return assertNever(pattern)
    }
  }

  *#matchAll(pairs: readonly (readonly [Pattern, Json])[], env: Env): Generator<Env> {
    const [first, ...rest] = pairs
    if (first === undefined) return yield env
    for (const inner of this.#matches(first[0], env, first[1])) yield* this.#matchAll(rest, inner)
  }

  *#matchEntries(
    pattern: Extract<Pattern, { type: 'object' }>,
    env: Env,
    { value, from }: { readonly value: Json; readonly from: number },
  ): Generator<Env> {
    const entry = pattern.entries[from]
    if (entry === undefined) return yield env
    for (const key of this.values(entry.key, env, value)) {
      if (typeof key !== 'string') throw new JqError(`Cannot index object with ${typeOf(key)}`)
      const item = indexOf(value, key)
      const outer = entry.variable === undefined ? env : named(env, entry.variable, item)
      const inners = entry.value === undefined ? [outer] : this.#matches(entry.value, outer, item)
      for (const inner of inners) yield* this.#matchEntries(pattern, inner, { value, from: from + 1 })
    }
  }

  *#label({ name, body }: Extract<Filter, { type: 'label' }>, env: Env, at: Item): Generator<Item> {
    const label = {}
    try {
      yield* this.run(body, { type: 'label', name, label, outer: env }, at)
    } catch (thrown) {
      if (!(thrown instanceof Break) || thrown.label !== label) throw thrown
    }
  }

  #variable({ name }: Extract<Filter, { type: 'variable' }>, env: Env): Json {
    const found = lookUp(env, (one) => one.type === 'variable' && one.name === name)
    if (found?.type === 'variable') return found.value
    const known = this.world.variables.get(name)
    if (known === undefined) throw new JqError(`$${name} is not defined`)
    return known
  }

  *#call({ name, args }: Extract<Filter, { type: 'call' }>, env: Env, at: Item): Generator<Item> {
    const found = lookUp(env, (one) =>
      one.type === 'function'
        ? one.definition.name === name && one.definition.params.length === args.length
        : one.type === 'closure' && one.name === name && args.length === 0,
    )
    if (found?.type === 'closure') return yield* this.run(found.filter, found.env, at)
    if (found?.type === 'function') return yield* this.#apply(found.definition, args, { home: found, env, at })
    const key = `${name}/${args.length}`
    const builtin = this.#builtins.get(key)
    if (builtin !== undefined) return yield* builtin({ evaluator: this, args, env, at })
    const definition = this.#prelude.get(key)
    if (definition === undefined) throw new JqError(`${key} is not defined`)
    yield* this.#apply(definition, args, { home: undefined, env, at })
  }

  /** Arguments are filters of the caller; one named with `$` is computed first, once for each value. */
  *#apply(definition: Definition, args: readonly Filter[], from: Application): Generator<Item> {
    const index = from.index ?? 0
    const param = definition.params[index]
    const argument = args[index]
    if (param === undefined || argument === undefined) return yield* this.run(definition.body, from.home, from.at)
    const name = param.replace(/^\$/, '')
    if (!param.startsWith('$')) {
      const home: Env = { type: 'closure', name, filter: argument, env: from.env, outer: from.home }
      return yield* this.#apply(definition, args, { ...from, home, index: index + 1 })
    }
    for (const value of this.values(argument, from.env, from.at.value)) {
      const literal: Filter = { type: 'literal', value }
      const home: Env = { type: 'closure', name, filter: literal, env: undefined, outer: named(from.home, name, value) }
      yield* this.#apply(definition, args, { ...from, home, index: index + 1 })
    }
  }
}

/** A call that is being made: where the function stands, who calls, how many arguments are bound. */
interface Application {
  readonly home: Env
  readonly env: Env
  readonly at: Item
  readonly index?: number
}

type Simple =
  | 'identity'
  | 'recurse'
  | 'literal'
  | 'string'
  | 'format'
  | 'index'
  | 'slice'
  | 'iterate'
  | 'array'
  | 'object'
  | 'negate'
  | 'pipe'
  | 'comma'
  | 'binary'
