import { firstOf, made, type Item } from './items'
import type { Filter } from './filter'
import { isArray, type Json } from './json'
import { described, JqError } from './paths'
import type { Builtin, BuiltinCall, BuiltinList, OfValues } from './world'

interface Flags {
  readonly isGlobal: boolean
  readonly js: string
  readonly isExtended: boolean
  readonly skipsEmpty: boolean
}

function flagsOf(value: Json): Flags {
  if (value !== null && typeof value !== 'string') throw new JqError(`${described(value)} is not a string`)
  const letters = value ?? ''
  const bad = letters.replace(/[gimnpslx]/g, '')
  if (bad !== '') throw new JqError(`${letters} is not a valid modifier string`)
  if (letters.includes('l')) throw new JqError('the flag l (longest match) is not implemented in this sandbox')
  const isDotAll = /[sp]/.test(letters)
  return {
    isGlobal: letters.includes('g'),
    js: `d${letters.includes('i') ? 'i' : ''}${isDotAll ? 's' : ''}gu`,
    isExtended: letters.includes('x'),
    skipsEmpty: letters.includes('n'),
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '\\p{Nd}',
  alnum: '\\p{L}\\p{Nd}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '\\p{P}$+<=>^`|~',
  xdigit: '0-9A-Fa-f',
  cntrl: '\\x00-\\x1f\\x7f',
  word: '\\w',
}

const REFUSED = /\\[GKRXQE]|\(\?[>(#]|[*+?}]\+|\\g<|\\k<[+-]?\d|\(\?~/

/** Oniguruma's spelling in JavaScript's. What it has and JavaScript has not is refused by name. */
function translated(source: string, isExtended: boolean): string {
  const refused = REFUSED.exec(source.replace(/\\\\/g, ''))
  if (refused !== null) throw new JqError(`the regex construct ${refused[0]} is not implemented in this sandbox`)
  const text = isExtended ? source.replace(/\\[\s\S]|\[[^\]]*\]|\s+|#[^\n]*/g, (part) => (/^(?:\s|#)/.test(part) ? '' : part)) : source
  return text
    .replace(/\[:(\^?)([a-z]+):\]/g, (all, _, name: string) => CLASSES[name] ?? all)
    .replace(/\\h/g, '[0-9A-Fa-f]')
    .replace(/\\H/g, '[^0-9A-Fa-f]')
    .replace(/\\A/g, '(?<![\\s\\S])')
    .replace(/\\z/g, '(?![\\s\\S])')
    .replace(/\\Z/g, '(?=\\n?(?![\\s\\S]))')
    .replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, '$1')
    .replace(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|[\^$]/g, (part) =>
      // Both hold at every line in Ruby's syntax, and a dot takes no newline.
      part === '^' ? '(?<![^\\n])' : part === '$' ? '(?![^\\n])' : part,
    )
}

const KEPT = 200
const kept = new Map<string, RegExp>()

function compiled(source: string, flags: Flags): RegExp {
  const key = `${flags.js}${String(flags.isExtended)} ${source}`
  const known = kept.get(key)
  if (known !== undefined) return known
  try {
    const made = new RegExp(translated(source, flags.isExtended), flags.js)
    if (kept.size >= KEPT) kept.clear()
    kept.set(key, made)
    return made
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new JqError(`${source} (at offset 0) is not a valid regex: ${thrown.message}`)
    throw thrown
  }
}

interface Request {
  readonly text: string
  readonly regex: RegExp
  readonly flags: Flags
}

function request(input: Json, [re = null, flags = null]: readonly Json[]): Request {
  const [source, given] = isArray(re) ? [re[0] ?? null, re[1] ?? flags] : [re, flags]
  if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be matched, as it is not a string`)
  if (typeof source !== 'string') throw new JqError(`${described(source)} cannot be matched, as it is not a string`)
  const found = flagsOf(given)
  return { text: input, regex: compiled(source, found), flags: found }
}

function* matches({ text, regex, flags }: Request, isGlobal = flags.isGlobal): Generator<RegExpExecArray> {
  for (const match of text.matchAll(regex)) {
    // jq 1.6 does not look for an empty match at the very end once it has looked elsewhere.
    if (match[0] === '' && (flags.skipsEmpty || (match.index === text.length && text !== '' && isGlobal))) continue
    yield match
    if (!isGlobal) return
  }
}

function offset(text: string, at: number): number {
  return Array.from(text.slice(0, at)).length
}

function placed(text: string, at: number | undefined, part: string | undefined): [string, Json][] {
  return [
    ['offset', at === undefined ? -1 : offset(text, at)],
    ['length', part === undefined ? 0 : Array.from(part).length],
    ['string', part ?? null],
  ]
}

/** A match as `match` gives it. */
function matchObject(text: string, match: RegExpExecArray): Json {
  const names = new Map(Object.keys(match.groups ?? {}).map((name) => [groupNumber(match, name), name]))
  const captures = match.slice(1).map((part, index): Json => {
    const at = match.indices?.[index + 1]?.[0]
    return new Map<string, Json>([...placed(text, at, part), ['name', names.get(index + 1) ?? null]])
  })
  return new Map<string, Json>([...placed(text, match.index, match[0]), ['captures', captures]])
}

function groupNumber(match: RegExpExecArray, name: string): number {
  const span = match.indices?.groups?.[name]
  const wanted = match.groups?.[name]
  for (let index = 1; index < match.length; index++) {
    const own = match.indices?.[index]
    if (match[index] === wanted && own?.[0] === span?.[0] && own?.[1] === span?.[1]) return index
  }
  return -1
}

function split(input: Json, args: readonly Json[]): Json {
  const asked = request(input, args)
  const parts: string[] = []
  let from = 0
  for (const match of matches(asked, true)) {
    parts.push(asked.text.slice(from, match.index))
    from = match.index + match[0].length
  }
  return [...parts, asked.text.slice(from)]
}

/** What is asked for, once for each expression and flags. */
function* requests({ evaluator, env, at }: BuiltinCall, re: Filter, flagsFilter: Filter): Generator<Request> {
  for (const flags of evaluator.values(flagsFilter, env, at.value))
    for (const source of evaluator.values(re, env, at.value)) yield request(at.value, [source, flags])
}

/** The replacement is a filter of the named groups. */
const sub: Builtin = function* (call: BuiltinCall): Generator<Item> {
  const { evaluator, args, env, at } = call
  const [re, replacement, flags] = args
  if (re === undefined || replacement === undefined || flags === undefined) return
  for (const asked of requests(call, re, flags)) {
    let out = ''
    let from = 0
    for (const match of matches(asked)) {
      const groups = new Map<string, Json>(Object.entries(match.groups ?? {}).map(([name, part]) => [name, part ?? null]))
      const [text = ''] = firstOf(evaluator.values(replacement, env, groups))
      if (typeof text !== 'string') throw new JqError(`${described(groups)} cannot be added to a string`)
      out += asked.text.slice(from, match.index) + text
      from = match.index + match[0].length
    }
    yield made(at, out + asked.text.slice(from))
  }
}

const matchAll: Builtin = function* (call: BuiltinCall): Generator<Item> {
  const [re, flags] = call.args
  if (re === undefined || flags === undefined) return
  for (const asked of requests(call, re, flags)) for (const match of matches(asked)) yield made(call.at, matchObject(asked.text, match))
}

/** Functions of regular expressions. */
export function regexBuiltins(of: OfValues): BuiltinList {
  return [
    ['test/2', of((input, args) => firstOf(matches(request(input, args), false)).length > 0)],
    ['match/2', matchAll],
    ['split/2', of(split)],
    ['sub/3', sub],
  ]
}
