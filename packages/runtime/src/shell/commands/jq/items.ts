import { assertNever } from '@tabwright/protocol'
import type { Definition, Filter, Pattern } from './filter'
import type { Json } from './json'
import { jsonText } from './json-text'
import { JqError } from './paths'

/** Keys on the way to a value. */
export type Path = readonly Json[]

/** A value, and where it lies where that is asked for. `'none'`: it lies nowhere, it was computed. */
export interface Item {
  readonly value: Json
  readonly path: Path | 'none' | undefined
}

/** Leaves everything up to the label. */
export class Break extends Error {
  readonly label: object

  constructor(label: object) {
    super('break')
    this.label = label
  }
}

/** Names that hold where a filter stands. */
export type Env =
  | undefined
  | { readonly type: 'variable'; readonly name: string; readonly value: Json; readonly outer: Env }
  | { readonly type: 'function'; readonly definition: Definition; readonly outer: Env }
  | { readonly type: 'closure'; readonly name: string; readonly filter: Filter; readonly env: Env; readonly outer: Env }
  | { readonly type: 'label'; readonly name: string; readonly label: object; readonly outer: Env }

/** Another variable. */
export function named(outer: Env, name: string, value: Json): Env {
  return { type: 'variable', name, value, outer }
}

/** Variables that a pattern binds. */
export function namesIn(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'variable':
      return [pattern.name]
    case 'array':
      return pattern.items.flatMap(namesIn)
    case 'object':
      return pattern.entries.flatMap(({ variable, value }) => [
        ...(variable === undefined ? [] : [variable]),
        ...(value === undefined ? [] : namesIn(value)),
      ])
    default:
      return assertNever(pattern)
  }
}

/** The innermost name that is wanted. */
export function lookUp(env: Env, isWanted: (one: Exclude<Env, undefined>) => boolean): Env {
  let one = env
  while (one !== undefined && !isWanted(one)) one = one.outer
  return one
}

/** A computed value: it lies nowhere. */
export function made(at: Item, value: Json): Item {
  return { value, path: at.path === undefined ? undefined : 'none' }
}

/** A value as messages about paths show it. */
export function shortened(value: Json): string {
  const text = jsonText(value)
  return text.length > 11 ? `${text.slice(0, 10)}...` : text
}

/** One step further in. */
export function stepped(from: Item, key: Json, value: Json): Item {
  if (from.path === undefined) return { value, path: undefined }
  if (from.path === 'none') throw new JqError(`Invalid path expression with result ${shortened(from.value)}`)
  return { value, path: [...from.path, key] }
}

/** The first value, if there is one; the rest is not computed. */
export function firstOf<T>(values: Iterable<T>): readonly [T] | readonly [] {
  for (const value of values) return [value]
  return []
}
