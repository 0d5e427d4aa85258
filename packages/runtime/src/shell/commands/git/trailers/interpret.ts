import { bytesOf, textOf } from '../../../text'
import { readText } from '../../../streams/stream'
import { gitArgs, type GitOption, usage } from '../args'
import type { Config } from '../config'
import { fatal, GitError, notImplemented } from '../git-error'
import type { Git } from '../git-call'
import { isSameKey, separatorAt, type Trailer, trailerBlock, unfolded } from './trailer-block'

const OPTIONS = 'in-place trim-empty where= if-exists= if-missing= only-trailers only-input unfold parse divider trailer='
const WHERE = ['after', 'before', 'end', 'start'] as const
const IF_EXISTS = ['addIfDifferent', 'addIfDifferentNeighbor', 'add', 'replace', 'doNothing'] as const
const IF_MISSING = ['doNothing', 'add'] as const

interface Placing {
  readonly where: (typeof WHERE)[number]
  readonly ifExists: (typeof IF_EXISTS)[number]
  readonly ifMissing: (typeof IF_MISSING)[number]
}

/** A trailer that is to be put in. */
interface NewTrailer extends Placing {
  readonly key: string
  readonly value: string
}

/** `git interpret-trailers`. */
export async function interpretTrailers(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const isParsing = args.has('parse')
  const isInput = args.has('only-input') || isParsing
  if (isInput && args.has('trailer')) usage('--trailer with --only-input does not make sense')
  const style: Style = {
    isOnly: args.has('only-trailers') || isParsing,
    isUnfolded: args.has('unfold') || isParsing,
    isTrimmed: args.has('trim-empty'),
    hasPatch: args.last('divider', 'no-divider') !== 'no-divider',
  }
  const fresh = isInput ? [] : await newTrailers(git, args.found)
  if (args.has('in-place') && args.words.length === 0) fatal('no input file given for in-place editing')
  for (const word of args.words.length === 0 ? [undefined] : args.words) {
    const node = word === undefined ? undefined : git.files.find(git.call.at(word))
    if (word !== undefined && node?.type !== 'file')
      fatal(
        `could not ${args.has('in-place') ? 'stat' : 'read input file'} ${args.has('in-place') ? word : `'${word}'`}: No such file or directory`,
      )
    const text = node?.type === 'file' ? textOf(node.bytes) : await readText(git.call.stdin)
    const made = withTrailers(git.config, { text, fresh, style })
    if (word !== undefined && args.has('in-place')) git.files.writeFile(git.call.at(word), bytesOf(made))
    else git.print(made)
  }
  return 0
}

/** A message with the trailers that options of a commit name. */
export async function trailedMessage(git: Git, message: string, values: readonly string[]): Promise<string> {
  if (values.length === 0) return message
  const fresh = await newTrailers(
    git,
    values.map((value) => ({ key: 'trailer', value, spelled: '--trailer', after: 0 })),
  )
  const style = { isOnly: false, isUnfolded: false, isTrimmed: false, hasPatch: false }
  return withTrailers(git.config, { text: message, fresh, style })
}

interface Style {
  readonly isOnly: boolean
  readonly isUnfolded: boolean
  readonly isTrimmed: boolean
  readonly hasPatch: boolean
}

function separatorsOf(config: Config): string {
  return config.get('trailer.separators') ?? ':'
}

/** Options hold for the trailers behind them. */
async function newTrailers(git: Git, found: readonly GitOption[]): Promise<NewTrailer[]> {
  const { config } = git
  const separators = separatorsOf(config)
  let given: Partial<Placing> = {}
  const out: NewTrailer[] = []
  for (const name of config.subsections('trailer'))
    if (config.get(`trailer.${name}.command`) !== undefined || config.get(`trailer.${name}.cmd`) !== undefined)
      notImplemented(`the command of trailer.${name}`)
  for (const { key, value = '' } of found) {
    if (key === 'where') given = { ...given, where: oneOf(WHERE, value) }
    else if (key === 'if-exists') given = { ...given, ifExists: oneOf(IF_EXISTS, value) }
    else if (key === 'if-missing') given = { ...given, ifMissing: oneOf(IF_MISSING, value) }
    else if (/^no-(?:where|if-exists|if-missing)$/.test(key)) given = {}
    else if (key === 'no-trailer') out.length = 0
    else if (key === 'trailer') {
      const at = separatorAt(value, `=${separators}`)
      if (at === 0) {
        await git.say(`error: empty trailer token in trailer '${value.trim()}'\n`)
        continue
      }
      const typed = (at < 0 ? value : value.slice(0, at)).trim()
      const name = namedBy(config, typed)
      out.push({
        key: (name === undefined ? undefined : config.get(`trailer.${name}.key`)) ?? typed,
        value: at < 0 ? '' : value.slice(at + 1).trim(),
        ...placingOf(config, name),
        ...given,
      })
    }
  }
  return out
}

function oneOf<Name extends string>(names: readonly Name[], value: string): Name {
  const found = names.find((name) => name.toLowerCase() === value.toLowerCase())
  if (found === undefined) throw new GitError('', { kind: 'plain', code: 129 })
  return found
}

/** The section of the settings that speaks of a key. */
function namedBy(config: Config, typed: string): string | undefined {
  return config.subsections('trailer').find((name) => {
    const key = config.get(`trailer.${name}.key`)
    const starts = (text: string): boolean => text.slice(0, typed.length).toLowerCase() === typed.toLowerCase()
    return starts(name) || (key !== undefined && starts(key))
  })
}

function placingOf(config: Config, name: string | undefined): Placing {
  const read = <Name extends string>(names: readonly Name[], key: string): Name | undefined => {
    const value = (name === undefined ? undefined : config.get(`trailer.${name}.${key}`)) ?? config.get(`trailer.${key}`)
    return names.find((one) => one.toLowerCase() === value?.toLowerCase())
  }
  return {
    where: read(WHERE, 'where') ?? 'end',
    ifExists: read(IF_EXISTS, 'ifexists') ?? 'addIfDifferentNeighbor',
    ifMissing: read(IF_MISSING, 'ifmissing') ?? 'add',
  }
}

function withTrailers(
  config: Config,
  { text, fresh, style }: { readonly text: string; readonly fresh: readonly NewTrailer[]; readonly style: Style },
): string {
  const separators = separatorsOf(config)
  const known = config.subsections('trailer').flatMap((name) => [name, config.get(`trailer.${name}.key`) ?? name])
  const block = trailerBlock(text, { separators, hasPatch: style.hasPatch, known })
  const list = block.trailers.map((one): Trailer => {
    if (one.key === undefined) return one
    const name = namedBy(config, one.key)
    const key = (name === undefined ? undefined : config.get(`trailer.${name}.key`)) ?? one.key
    return { key, value: style.isUnfolded ? unfolded(one.value) : one.value }
  })
  for (const one of fresh) place(list, one)
  const shown = list
    .filter(({ key, value }) => !(style.isTrimmed && value === '') && !(style.isOnly && key === undefined))
    .map(({ key, value }) => {
      if (key === undefined) return `${value}\n`
      const last = key.trimEnd().slice(-1)
      return separators.includes(last) ? `${key}${value}\n` : `${key}${separators.charAt(0)} ${value}\n`
    })
    .join('')
  if (style.isOnly) return shown
  return `${text.slice(0, block.start)}${block.hasBlankLine ? '' : '\n'}${shown}${text.slice(block.end)}`
}

/** Puts a trailer where it belongs among the others. */
function place(list: Trailer[], one: NewTrailer): void {
  const isBehind = one.where === 'after' || one.where === 'end'
  const fresh: Trailer = { key: one.key, value: one.value }
  const isSame = (at: number): boolean => list[at]?.key !== undefined && isSameKey(list[at]?.key ?? '', one.key)
  const same = isBehind ? list.findLastIndex((_, at) => isSame(at)) : list.findIndex((_, at) => isSame(at))
  if (same < 0) {
    if (one.ifMissing === 'doNothing') return
    if (isBehind) list.push(fresh)
    else list.unshift(fresh)
    return
  }
  const isBeside = one.where === 'after' || one.where === 'before'
  const on = isBeside ? same : isBehind ? list.length - 1 : 0
  if (!isWanted(list, one, { same, on, isBehind })) return
  list.splice(isBehind ? on + 1 : on, 0, fresh)
  if (one.ifExists === 'replace') list.splice(!isBehind && on <= same ? same + 1 : same, 1)
}

function isWanted(
  list: readonly Trailer[],
  one: NewTrailer,
  { same, on, isBehind }: { readonly same: number; readonly on: number; readonly isBehind: boolean },
): boolean {
  const isEqual = (at: number): boolean => {
    const { key, value } = list[at] ?? { key: undefined, value: '' }
    return key !== undefined && isSameKey(key, one.key) && value.toLowerCase() === one.value.toLowerCase()
  }
  switch (one.ifExists) {
    case 'doNothing':
      return false
    case 'add':
    case 'replace':
      return true
    case 'addIfDifferentNeighbor':
      return !isEqual(on)
    case 'addIfDifferent':
      return !list.some((_, at) => (isBehind ? at <= same : at >= same) && isEqual(at))
  }
}
