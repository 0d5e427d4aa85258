import { textOf } from '../../text'
import type { FileTree } from '../../tree/file-tree'
import { wildmatch } from './wildmatch'

/** Set, unset, or a text. */
export type AttributeValue = boolean | string

/** What is known of a path, by the name of the attribute. */
export type AttributeMap = ReadonlyMap<string, AttributeValue>

interface Rule {
  readonly base: string
  readonly pattern: string
  readonly isName: boolean
  /** Undefined: said to be unspecified. */
  readonly values: readonly (readonly [name: string, value: AttributeValue | undefined])[]
}

interface RuleFile {
  readonly bytes: Uint8Array
  readonly rules: readonly Rule[]
  readonly macros: ReadonlyMap<string, Rule['values']>
}

/** Where attributes are read. */
export interface AttributePlaces {
  /** Of the working tree; undefined in a bare repository. */
  readonly root: string | undefined
  /** The file of this repository alone, and that of the person. */
  readonly info: string
  readonly global: string
  /** A file of the index, where the working tree has it not. */
  staged(path: string): Uint8Array | undefined
}

const BINARY: Rule['values'] = [
  ['diff', false],
  ['merge', false],
  ['text', false],
]
const NONE: AttributeMap = new Map()

function parseValue(word: string): readonly [string, AttributeValue | undefined] {
  if (word.startsWith('-')) return [word.slice(1), false]
  if (word.startsWith('!')) return [word.slice(1), undefined]
  const at = word.indexOf('=')
  return at < 0 ? [word, true] : [word.slice(0, at), word.slice(at + 1)]
}

function parseFile(bytes: Uint8Array, base: string): RuleFile {
  const rules: Rule[] = []
  const macros = new Map<string, Rule['values']>()
  for (const line of textOf(bytes).split('\n')) {
    const match = /^\s*("(?:[^"\\]|\\.)*"|[^\s#"]\S*)\s*(.*?)\s*$/.exec(line)
    if (match === null) continue
    const quoted = match[1] ?? ''
    const word = quoted.startsWith('"') ? quoted.slice(1, -1).replace(/\\(.)/g, '$1') : quoted
    const values = (match[2] ?? '')
      .split(/\s+/)
      .filter((one) => one !== '')
      .map(parseValue)
    if (word.startsWith('[attr]')) {
      macros.set(word.slice(6), values)
      continue
    }
    // Patterns that are turned round or name folders match nothing here.
    if (word.startsWith('!') || word.endsWith('/')) continue
    const isName = !word.includes('/')
    rules.push({ base, pattern: word.replace(/^\//, ''), isName, values })
  }
  return { bytes, rules, macros }
}

function fits({ base, pattern, isName }: Rule, path: string): boolean {
  if (isName) return wildmatch(pattern, path.slice(path.lastIndexOf('/') + 1))
  return wildmatch(pattern, base === '' ? path : path.slice(base.length + 1), { isPath: true })
}

/** `.gitattributes` and its kin. */
export class Attributes {
  readonly #files: FileTree
  readonly #places: AttributePlaces
  readonly #read = new Map<string, RuleFile>()

  constructor(files: FileTree, places: AttributePlaces) {
    this.#files = files
    this.#places = places
  }

  #file(path: string, base: string, otherwise?: Uint8Array): RuleFile | undefined {
    const node = this.#files.find(path)
    const bytes = node?.type === 'file' ? node.bytes : otherwise
    if (bytes === undefined) return undefined
    const known = this.#read.get(path)
    if (known?.bytes === bytes) return known
    const made = parseFile(bytes, base)
    this.#read.set(path, made)
    return made
  }

  /** The files that count for a path, the strongest first. */
  #filesFor(path: string): RuleFile[] {
    const { root, info, global, staged } = this.#places
    const out = [this.#file(info, '')]
    for (let at = path.lastIndexOf('/'); root !== undefined; at = at <= 0 ? -1 : path.lastIndexOf('/', at - 1)) {
      const folder = at < 0 ? '' : path.slice(0, at)
      const name = folder === '' ? '.gitattributes' : `${folder}/.gitattributes`
      out.push(this.#file(`${root}/${name}`, folder, staged(name)))
      if (folder === '') break
    }
    out.push(this.#file(global, ''))
    return out.filter((file) => file !== undefined)
  }

  /** Every name that files say something of, in the order in which git meets them. */
  names(path: string): readonly string[] {
    const met = this.#filesFor(path)
      .toReversed()
      .flatMap(({ rules, macros }) => [
        ...[...macros].flatMap(([name, values]) => [name, ...values.map(([one]) => one)]),
        ...rules.flatMap(({ values }) => values.map(([one]) => one)),
      ])
    return [...new Set(['binary', ...BINARY.map(([name]) => name), ...met])]
  }

  /** What is said of a path. */
  of(path: string): AttributeMap {
    const files = this.#filesFor(path)
    if (files.length === 0) return NONE
    const decided = new Map<string, AttributeValue | undefined>()
    const put = (values: Rule['values']): void => {
      for (const [name, value] of values.toReversed()) {
        if (decided.has(name)) continue
        decided.set(name, value)
        const macro =
          value === true
            ? (files.find(({ macros }) => macros.has(name))?.macros.get(name) ?? (name === 'binary' ? BINARY : undefined))
            : undefined
        if (macro !== undefined) put(macro)
      }
    }
    for (const { rules } of files) for (const rule of rules.toReversed()) if (fits(rule, path)) put(rule.values)
    return new Map([...decided].flatMap(([name, value]): [string, AttributeValue][] => (value === undefined ? [] : [[name, value]])))
  }
}
