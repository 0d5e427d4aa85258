import type { Json } from './json'

/** Operators of two values. */
export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>='

/** What `as` takes apart. */
export type Pattern =
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'array'; readonly items: readonly Pattern[] }
  | { readonly type: 'object'; readonly entries: readonly PatternEntry[] }

/** One key of an object pattern; the key may name a variable for the whole value too. */
export interface PatternEntry {
  readonly key: Filter
  readonly variable: string | undefined
  readonly value: Pattern | undefined
}

/** A function that a program defines. */
export interface Definition {
  readonly name: string
  readonly params: readonly string[]
  readonly body: Filter
}

/** A program of jq: takes a value, gives any number of them. */
export type Filter =
  | { readonly type: 'identity' | 'recurse' }
  | { readonly type: 'literal'; readonly value: Json }
  | { readonly type: 'string'; readonly format: string | undefined; readonly parts: readonly (string | Filter)[] }
  | { readonly type: 'format'; readonly name: string }
  | { readonly type: 'index'; readonly of: Filter; readonly key: Filter }
  | { readonly type: 'slice'; readonly of: Filter; readonly from: Filter | undefined; readonly to: Filter | undefined }
  | { readonly type: 'iterate'; readonly of: Filter }
  | { readonly type: 'array'; readonly of: Filter | undefined }
  | { readonly type: 'object'; readonly entries: readonly (readonly [key: Filter, value: Filter])[] }
  | { readonly type: 'negate'; readonly of: Filter }
  | { readonly type: 'pipe'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'comma'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'binary'; readonly operator: BinaryOperator; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'and'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'alternative'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'assign'; readonly operator: string; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'if'; readonly condition: Filter; readonly yes: Filter; readonly no: Filter | undefined }
  | { readonly type: 'try'; readonly body: Filter; readonly handler: Filter | undefined }
  | { readonly type: 'reduce'; readonly source: Filter; readonly pattern: Pattern; readonly start: Filter; readonly update: Filter }
  | {
      readonly type: 'foreach'
      readonly source: Filter
      readonly pattern: Pattern
      readonly start: Filter
      readonly update: Filter
      readonly extract: Filter | undefined
    }
  | { readonly type: 'bind'; readonly source: Filter; readonly patterns: readonly Pattern[]; readonly body: Filter }
  | { readonly type: 'define'; readonly definition: Definition; readonly body: Filter }
  | { readonly type: 'label'; readonly name: string; readonly body: Filter }
  | { readonly type: 'break'; readonly name: string }
  | { readonly type: 'variable'; readonly name: string; readonly line: number }
  | { readonly type: 'call'; readonly name: string; readonly args: readonly Filter[]; readonly line: number }

/** A term with `?`. Behind a step of a path it forgives that step alone: `.a.b?` fails where `.a` does. */
export function forgiven(term: Filter, isStep: boolean): Filter {
  const isPlain = term.type === 'iterate' || (term.type === 'index' && term.key.type === 'literal')
  if (!isStep || !isPlain) return { type: 'try', body: term, handler: undefined }
  return { type: 'pipe', left: term.of, right: { type: 'try', body: { ...term, of: { type: 'identity' } }, handler: undefined } }
}
