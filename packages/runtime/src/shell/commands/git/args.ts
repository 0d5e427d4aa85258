import { GitError, notImplemented } from './git-error'

/** One option as it was found. `key` is its long name; `no-` stands before it when it was undone. */
export interface GitOption {
  readonly key: string
  readonly value: string | undefined
  readonly spelled: string
  /** How many words that are no options stood before it. */
  readonly after: number
}

interface Spec {
  readonly letters: readonly string[]
  readonly long: readonly string[]
  readonly key: string
  readonly value: '' | '=' | '?' | ':'
  readonly isMissing: boolean
}

/** Words of a git command, read. */
export class GitArgs {
  readonly found: readonly GitOption[]
  /** Before and after `--`. */
  readonly operands: readonly string[]
  /** What stood behind `--`; undefined when there was none. */
  readonly paths: readonly string[] | undefined

  constructor(found: readonly GitOption[], operands: readonly string[], paths: readonly string[] | undefined) {
    this.found = found
    this.operands = operands
    this.paths = paths
  }

  /** All words that are no options. */
  get words(): readonly string[] {
    return [...this.operands, ...(this.paths ?? [])]
  }

  /** Given, and not undone later. */
  has(key: string): boolean {
    return this.found.findLast((option) => option.key === key || option.key === `no-${key}`)?.key === key
  }

  value(key: string): string | undefined {
    const last = this.found.findLast((option) => option.key === key || option.key === `no-${key}`)
    return last?.key === key ? last.value : undefined
  }

  values(key: string): readonly string[] {
    const from = this.found.findLastIndex((option) => option.key === `no-${key}`)
    return this.found.slice(from + 1).flatMap((option) => (option.key === key && option.value !== undefined ? [option.value] : []))
  }

  /** Which of several was given last. */
  last(...keys: readonly string[]): string | undefined {
    return this.found.findLast((option) => keys.includes(option.key))?.key
  }

  count(key: string): number {
    const from = this.found.findLastIndex((option) => option.key === `no-${key}`)
    return this.found.slice(from + 1).filter((option) => option.key === key).length
  }
}

/** How the words are read. */
export interface ArgsStyle {
  /** Options end at the first operand. */
  readonly stopsEarly?: boolean
  /** `-5` is this option's value. */
  readonly numeric?: string
  /** What is said of a word that is no option. */
  readonly unknown?: ((word: string) => never) | undefined
}

/** As commands that walk the history say it. @throws GitError */
export function unrecognized(word: string): never {
  throw new GitError(`unrecognized argument: ${word}`)
}

/** As commands that only compare say it. @throws GitError */
export function invalidOption(word: string): never {
  throw new GitError(`invalid option: ${word}`, { kind: 'error', code: 255 })
}

const specs = new Map<string, readonly Spec[]>()

/**
 * @param list what git's command takes, such as `a,all m,message= u,untracked-files? !patch`: letters and long names, `=` with a
 * value, `?` with one that is attached, `:` with one that may be left out at the end, `!` for what is not done here
 */
function specsOf(list: string): readonly Spec[] {
  const known = specs.get(list)
  if (known !== undefined) return known
  const made = list
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word): Spec => {
      const isMissing = word.startsWith('!')
      const last = word.charAt(word.length - 1)
      const value = last === '=' || last === '?' || last === ':' ? last : ''
      const names = word
        .replace(/^!/, '')
        .replace(/[=?:]$/, '')
        .split(',')
      const long = names.filter((name) => name.length > 1)
      return { letters: names.filter((name) => name.length === 1), long, key: long[0] ?? names[0] ?? '', value, isMissing }
    })
  specs.set(list, made)
  return made
}

/** Reads words as git's own option parser does. @throws GitError with the code 129 */
export function gitArgs(args: readonly string[], list: string, style: ArgsStyle = {}): GitArgs {
  return new Reader(args, specsOf(list), style).read()
}

class Reader {
  readonly #words: string[]
  readonly #specs: readonly Spec[]
  readonly #style: ArgsStyle
  readonly #found: GitOption[] = []
  readonly #operands: string[] = []

  constructor(args: readonly string[], list: readonly Spec[], style: ArgsStyle) {
    this.#words = [...args]
    this.#specs = list
    this.#style = style
  }

  read(): GitArgs {
    let paths: string[] | undefined
    for (let word = this.#words.shift(); word !== undefined; word = this.#words.shift()) {
      if (word === '--') {
        paths = this.#words.splice(0)
        break
      }
      if (this.#style.numeric !== undefined && /^-\d+$/.test(word))
        this.#found.push({ key: this.#style.numeric, value: word.slice(1), spelled: word, after: this.#operands.length })
      else if (word.startsWith('--')) this.#long(word)
      else if (word.startsWith('-') && word !== '-') this.#short(word)
      else {
        this.#operands.push(word)
        if (this.#style.stopsEarly) this.#operands.push(...this.#words.splice(0))
      }
    }
    return new GitArgs(this.#found, this.#operands, paths)
  }

  #take(spec: Spec, value: string | undefined, how: { readonly spelled: string; readonly isUndone?: boolean }): void {
    if (spec.isMissing) notImplemented(`option ${how.spelled}`)
    const key = how.isUndone ? `no-${spec.key}` : spec.key
    this.#found.push({ key, value, spelled: how.spelled, after: this.#operands.length })
  }

  #find(name: string, word: string): { readonly spec: Spec; readonly isUndone: boolean } {
    const exact = this.#specs.find(({ long }) => long.includes(name))
    if (exact !== undefined) return { spec: exact, isUndone: false }
    if (name.startsWith('no-')) {
      const undone = this.#specs.find(({ long }) => long.includes(name.slice(3)))
      if (undone !== undefined) return { spec: undone, isUndone: true }
    }
    const near = this.#specs.filter(({ long }) => long.some((one) => one.startsWith(name)))
    const [only, second] = near
    if (second !== undefined && only !== undefined) {
      const names = near.slice(0, 2).map(({ long }) => `--${long.find((one) => one.startsWith(name)) ?? ''}`)
      return usage(`ambiguous option: ${name} (could be ${names[0] ?? ''} or ${names[1] ?? ''})`)
    }
    if (only !== undefined) return { spec: only, isUndone: false }
    const bare = this.#specs.find(({ long }) => long.some((one) => one === `no-${name}`))
    if (bare !== undefined) return { spec: bare, isUndone: true }
    return this.#style.unknown === undefined ? usage(`unknown option \`${name}'`) : this.#style.unknown(word)
  }

  #long(word: string): void {
    const at = word.indexOf('=')
    const name = at < 0 ? word.slice(2) : word.slice(2, at)
    const inline = at < 0 ? undefined : word.slice(at + 1)
    const { spec, isUndone } = this.#find(name, word)
    const spelled = `--${name}`
    if (inline !== undefined && (spec.value === '' || isUndone)) usage(`option \`${name}' takes no value`)
    if ((spec.value !== '=' && spec.value !== ':') || inline !== undefined || isUndone)
      return this.#take(spec, inline, { spelled, isUndone })
    const next = this.#words.shift()
    if (next === undefined && spec.value === ':') return this.#take(spec, undefined, { spelled })
    if (next === undefined) return usage(`option \`${name}' requires a value`)
    return this.#take(spec, next, { spelled })
  }

  #short(word: string): void {
    for (let i = 1; i < word.length; i++) {
      const letter = word.charAt(i)
      const spec = this.#specs.find(({ letters }) => letters.includes(letter))
      if (spec === undefined) return this.#style.unknown === undefined ? usage(`unknown switch \`${letter}'`) : this.#style.unknown(word)
      const spelled = `-${letter}`
      if (spec.value === '') {
        this.#take(spec, undefined, { spelled })
        continue
      }
      const attached = word.slice(i + 1)
      if (attached !== '' || spec.value === '?') return this.#take(spec, attached === '' ? undefined : attached, { spelled })
      const next = this.#words.shift()
      if (next === undefined) return usage(`switch \`${letter}' requires a value`)
      return this.#take(spec, next, { spelled })
    }
  }
}

/** @throws GitError */
export function usage(message: string): never {
  throw new GitError(message, { kind: 'error', code: 129 })
}
