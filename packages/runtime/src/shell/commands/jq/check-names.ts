import { assertNever } from '@tabwright/protocol'
import type { Filter, Pattern } from './filter'
import { FilterFault } from './filter-lexer'
import { namesIn } from './items'

/** Names that are known where a filter stands; functions as `name/2`. */
interface Known {
  readonly functions: ReadonlySet<string>
  readonly variables: ReadonlySet<string>
  readonly labels: ReadonlySet<string>
}

function also(set: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  return new Set([...set, ...names])
}

/** Looks up every name before anything runs. @throws FilterFault */
export function checkNames(filter: Filter, functions: ReadonlySet<string>, variables: ReadonlySet<string>): void {
  check(filter, { functions, variables, labels: new Set() })
}

function bound(known: Known, patterns: readonly Pattern[]): Known {
  return { ...known, variables: also(known.variables, patterns.flatMap(namesIn)) }
}

function checkAll(filters: readonly (Filter | undefined)[], known: Known): void {
  for (const filter of filters) if (filter !== undefined) check(filter, known)
}

function checkKeys(pattern: Pattern, known: Known): void {
  if (pattern.type === 'array') for (const item of pattern.items) checkKeys(item, known)
  if (pattern.type !== 'object') return
  for (const { key, value } of pattern.entries) {
    check(key, known)
    if (value !== undefined) checkKeys(value, known)
  }
}

function check(filter: Filter, known: Known): void {
  switch (filter.type) {
    case 'identity':
    case 'recurse':
    case 'literal':
    case 'format':
      return
    case 'string':
      return checkAll(
        filter.parts.filter((part) => typeof part !== 'string'),
        known,
      )
    case 'index':
      return checkAll([filter.of, filter.key], known)
    case 'slice':
      return checkAll([filter.of, filter.from, filter.to], known)
    case 'iterate':
    case 'array':
    case 'negate':
      return checkAll([filter.of], known)
    case 'object':
      for (const [key] of filter.entries)
        if (key.type === 'literal' && typeof key.value !== 'string')
          throw new FilterFault('Cannot use a value that is no string as object key', 0)
      return checkAll(filter.entries.flat(), known)
    case 'binary':
      if (filter.operator === '/' && filter.left.type === 'literal' && filter.right.type === 'literal' && filter.right.value === 0)
        throw new FilterFault('Division by zero?', 0)
      return checkAll([filter.left, filter.right], known)
    case 'pipe':
    case 'comma':
    case 'and':
    case 'or':
    case 'alternative':
    case 'assign':
      return checkAll([filter.left, filter.right], known)
    case 'if':
      return checkAll([filter.condition, filter.yes, filter.no], known)
    case 'try':
      return checkAll([filter.body, filter.handler], known)
    default:
      return checkNaming(filter, known)
  }
}

type Naming = Extract<Filter, { type: 'reduce' | 'foreach' | 'bind' | 'define' | 'label' | 'break' | 'variable' | 'call' }>

function checkNaming(filter: Naming, known: Known): void {
  switch (filter.type) {
    case 'reduce':
    case 'foreach': {
      checkAll([filter.source, filter.start], known)
      checkKeys(filter.pattern, known)
      const extract = filter.type === 'foreach' ? filter.extract : undefined
      return checkAll([filter.update, extract], bound(known, [filter.pattern]))
    }
    case 'bind': {
      check(filter.source, known)
      const inner = bound(known, filter.patterns)
      for (const pattern of filter.patterns) checkKeys(pattern, inner)
      return check(filter.body, inner)
    }
    case 'define': {
      const { name, params, body } = filter.definition
      const outer = { ...known, functions: also(known.functions, [`${name}/${params.length}`]) }
      const values = params.filter((param) => param.startsWith('$')).map((param) => param.slice(1))
      const inner = {
        ...outer,
        functions: also(
          outer.functions,
          params.map((param) => `${param.replace(/^\$/, '')}/0`),
        ),
        variables: also(outer.variables, values),
      }
      check(body, inner)
      return check(filter.body, outer)
    }
    case 'label':
      return check(filter.body, { ...known, labels: also(known.labels, [filter.name]) })
    case 'break':
      if (!known.labels.has(filter.name)) throw new FilterFault(`$*label-${filter.name} is not defined`, 0)
      return
    case 'variable':
      if (!known.variables.has(filter.name)) throw new FilterFault(`$${filter.name} is not defined`, 0)
      return
    case 'call': {
      const name = `${filter.name}/${filter.args.length}`
      if (!known.functions.has(name)) throw new FilterFault(`${name} is not defined`, 0)
      return checkAll(filter.args, known)
    }
    default:
      return assertNever(filter)
  }
}
