import { OutputBuffer } from '../../streams/buffered'
import { CommandError, NotImplemented } from '../command'
import { failure, lookAt, lookFor, USER, why, type LookType } from '../files/look'
import { parseMode } from '../files/mode'
import { curly, quoted } from '../text/quotes'
import { execTest } from './find-exec'
import type { FindRun, Test, Verdict } from './find-item'
import { checkRegexType, nameTest } from './find-names'
import { compileFormat, listLine } from './find-print'
import { ageTest, amountOf, isAmount, newerTest } from './find-times'

/** A test that always says the same. */
const yes: Test = () => true
const no: Test = () => false

const GLOBAL = new Set([
  '-maxdepth',
  '-mindepth',
  '-depth',
  '-d',
  '-mount',
  '-xdev',
  '-noleaf',
  '-ignore_readdir_race',
  '-noignore_readdir_race',
])
const TYPES: Readonly<Record<string, LookType>> = { f: 'file', d: 'folder', l: 'link', c: 'device', p: 'pipe' }
const UNITS: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1_048_576, G: 1_073_741_824 }

/** What an expression comes to. */
export interface FindProgram {
  readonly test: Test
  readonly hasAction: boolean
}

function then(first: Verdict, next: (value: boolean) => Verdict): Verdict {
  return typeof first === 'boolean' ? next(first) : first.then(next)
}

/** Reads the expression of `find`. */
export class FindParser {
  readonly #run: FindRun
  readonly #rest: string[]
  readonly #files = new Map<string, OutputBuffer>()
  #hasAction = false
  #previous: string | undefined
  #usesPrune = false
  #usesDelete = false
  #hasDepth = false

  constructor(run: FindRun, words: readonly string[]) {
    this.#run = run
    this.#rest = [...words]
  }

  /** @throws CommandError, NotImplemented */
  async parse(): Promise<FindProgram> {
    if (this.#rest.length === 0) return { test: yes, hasAction: false }
    const test = await this.#list()
    if (this.#rest[0] === ')') throw new CommandError("you have too many ')'")
    if (this.#rest.length > 0) throw new CommandError(`paths must precede expression: \`${this.#rest[0] ?? ''}'`)
    if (this.#usesDelete && this.#usesPrune && !this.#hasDepth)
      throw new CommandError(
        'The -delete action automatically turns on -depth, but -prune does nothing when -depth is in effect.  If you want to carry on anyway, just explicitly use the -depth option.',
      )
    return { test, hasAction: this.#hasAction }
  }

  async #list(): Promise<Test> {
    let left = await this.#or()
    while (this.#rest[0] === ',') {
      this.#rest.shift()
      const first = left
      const second = await this.#or()
      left = (item) => then(first(item), (value) => (this.#run.hasQuit ? value : second(item)))
    }
    return left
  }

  async #or(): Promise<Test> {
    let left = await this.#and()
    while (this.#rest[0] === '-o' || this.#rest[0] === '-or') {
      this.#needsOperand(this.#rest.shift() ?? '')
      const first = left
      const second = await this.#and()
      left = (item) => then(first(item), (value) => value || this.#run.hasQuit || second(item))
    }
    return left
  }

  async #and(): Promise<Test> {
    let left = await this.#not()
    for (let word = this.#rest[0]; word !== undefined && !['-o', '-or', ',', ')'].includes(word); word = this.#rest[0]) {
      if (word === '-a' || word === '-and') this.#needsOperand(this.#rest.shift() ?? '')
      const first = left
      const second = await this.#not()
      left = (item) => then(first(item), (value) => (value && !this.#run.hasQuit ? second(item) : value))
    }
    return left
  }

  #needsOperand(operator: string): void {
    const next = this.#rest[0]
    if (next === undefined || next === ')') throw new CommandError(`expected an expression after '${operator}'`)
  }

  async #not(): Promise<Test> {
    const word = this.#rest.shift()
    if (word === undefined) throw new CommandError('invalid expression')
    if (word === '!' || word === '-not') {
      if (this.#rest.length === 0) throw new CommandError(`expected an expression after '${word}'`)
      const inner = await this.#not()
      return (item) => then(inner(item), (value) => !value)
    }
    if (word === '(') {
      if (this.#rest[0] === ')') throw new CommandError('invalid expression; empty parentheses are not allowed.')
      const inner = await this.#list()
      if (this.#rest.shift() !== ')')
        throw new CommandError("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
      return inner
    }
    if (['-o', '-or', '-a', '-and', ','].includes(word))
      throw new CommandError(`invalid expression; you have used a binary operator '${word}' with nothing before it.`)
    if (word === ')') throw new CommandError("invalid expression; you have too many ')'")
    if (!word.startsWith('-')) return this.#stray(word)
    return this.#primary(word)
  }

  #stray(word: string): never {
    const hint =
      this.#previous !== undefined && /name$|path$/.test(this.#previous) && lookFor(this.#run.call, word, false) !== undefined
        ? `\nfind: possible unquoted pattern after predicate \`${this.#previous}'?`
        : ''
    throw new CommandError(`paths must precede expression: \`${word}'${hint}`)
  }

  #argument(name: string): string {
    const word = this.#rest.shift()
    if (word === undefined) throw new CommandError(`missing argument to \`${name}'`)
    return word
  }

  async #primary(name: string): Promise<Test> {
    const previous = this.#previous
    if (GLOBAL.has(name)) {
      if (previous !== undefined && this.#run.isWarning)
        await this.#run.call.stderr.write(
          `find: warning: you have specified the global option ${name} after the argument ${previous}, but global options are not positional, i.e., ${name} affects tests specified before it as well as those specified after it.  Please specify global options before other arguments.\n`,
        )
      return this.#global(name)
    }
    const test = this.#option(name) ?? this.#plain(name) ?? this.#action(name) ?? (await this.#withArgument(name))
    if (!['-daystart', '-follow', '-regextype', '-warn', '-nowarn'].includes(name)) this.#previous = name
    return test
  }

  #global(name: string): Test {
    if (name === '-depth' || name === '-d') {
      this.#run.isDepthFirst = true
      this.#hasDepth = true
    }
    if (name !== '-maxdepth' && name !== '-mindepth') return yes
    const text = this.#argument(name)
    if (!/^\d+$/.test(text)) throw new CommandError(`Expected a positive decimal integer argument to ${name}, but got ${curly(text)}`)
    if (name === '-maxdepth') this.#run.maxDepth = Number(text)
    else this.#run.minDepth = Number(text)
    return yes
  }

  #option(name: string): Test | undefined {
    switch (name) {
      case '-daystart':
        this.#run.isDayStart = true
        return yes
      case '-follow':
        this.#run.follows = 'all'
        return yes
      case '-regextype':
        this.#run.regexType = checkRegexType(this.#argument(name))
        return yes
      case '-warn':
      case '-nowarn':
        this.#run.isWarning = name === '-warn'
        return yes
      default:
        return undefined
    }
  }

  #plain(name: string): Test | undefined {
    switch (name) {
      case '-true':
        return yes
      case '-false':
      case '-nouser':
      case '-nogroup':
        return no
      case '-empty':
        return ({ look }) => (look.node?.type === 'folder' ? look.node.children.size === 0 : look.type === 'file' && look.size === 0)
      case '-readable':
        return ({ look, path }) => this.#may(look.type === 'link' ? lookFor(this.#run.call, path) : look, 0o400)
      case '-writable':
        return ({ look, path }) => this.#may(look.type === 'link' ? lookFor(this.#run.call, path) : look, 0o200)
      case '-executable':
        return ({ look, path }) => this.#may(look.type === 'link' ? lookFor(this.#run.call, path) : look, 0o100)
      case '-prune':
        this.#usesPrune = true
        return () => {
          this.#run.isPruned = true
          return true
        }
      case '-quit':
        return () => {
          this.#run.hasQuit = true
          return true
        }
      default:
        return undefined
    }
  }

  #may(look: { readonly mode: number } | undefined, bit: number): boolean {
    return look !== undefined && (look.mode & bit) !== 0
  }

  #action(name: string): Test | undefined {
    const isToFile = /^-f(print|print0|ls|printf)$/.test(name)
    const test = this.#printing(isToFile ? `-${name.slice(2)}` : name, isToFile ? this.#file(name) : this.#run.out)
    if (test !== undefined) {
      this.#hasAction = true
      return test
    }
    if (name === '-delete') {
      this.#hasAction = true
      this.#usesDelete = true
      this.#run.isDepthFirst = true
      return ({ path, look }) => this.#delete(path, look.type === 'folder')
    }
    if (!/^-(exec|execdir|ok|okdir)$/.test(name)) return undefined
    this.#hasAction = true
    return execTest(name, this.#rest, this.#run)
  }

  /** A file that an action writes; one that several actions name is one file. */
  #file(name: string): OutputBuffer {
    const path = this.#argument(name)
    const known = this.#files.get(path)
    if (known !== undefined) return known
    try {
      const output = new OutputBuffer(this.#run.call.create(path))
      this.#files.set(path, output)
      this.#run.endings.push(() => output.flush())
      return output
    } catch (thrown) {
      throw new CommandError(`${curly(path)}: ${why(thrown)}`)
    }
  }

  #printing(name: string, out: OutputBuffer): Test | undefined {
    const put = (text: string): Verdict => {
      out.put(text)
      return out.isFull ? out.flush().then(() => true) : true
    }
    switch (name) {
      case '-print':
        return ({ path }) => put(`${path}\n`)
      case '-print0':
        return ({ path }) => put(`${path}\0`)
      case '-ls':
        return (item) => put(listLine(item, this.#run))
      case '-printf': {
        const format = compileFormat(this.#argument(name), this.#run)
        return (item) => put(format.fill(item))
      }
      default:
        return undefined
    }
  }

  async #delete(path: string, isFolder: boolean): Promise<boolean> {
    if (path === '.' || path === './') return true
    const { call } = this.#run
    try {
      if (isFolder) call.system.tree.rmdir(call.at(path))
      else call.system.tree.unlink(call.at(path))
      return true
    } catch (thrown) {
      await this.#run.complain(`cannot delete ${curly(path)}: ${why(thrown)}`)
      return false
    }
  }

  async #withArgument(name: string): Promise<Test> {
    const isKnown =
      /^-(i?(name|path|wholename|lname|regex)|[amc](time|min)|newer([aBcm][aBcmt])?|[ac]newer|type|xtype|size|perm|user|group|uid|gid|links|inum|samefile)$/.test(
        name,
      )
    if (/^-(used|fstype|context|files0-from)$/.test(name)) throw new NotImplemented(`the test ${name}`)
    if (!isKnown) throw new CommandError(`unknown predicate \`${name}'`)
    const text = this.#argument(name)
    const slash = /^-i?name$/.test(name) && text.includes('/') && text !== '/' && this.#run.isWarning
    if (slash)
      await this.#run.call.stderr.write(
        `find: warning: ${quoted(name).slice(1, -1)} matches against basenames only, but the given pattern contains a directory separator (${curly('/')}), thus the expression will evaluate to false all the time.  Did you mean ${curly(name === '-name' ? '-wholename' : '-iwholename')}?\n`,
      )
    return (
      nameTest(name, text, this.#run) ?? ageTest(name, text, this.#run) ?? newerTest(name, text, this.#run) ?? this.#statTest(name, text)
    )
  }

  #statTest(name: string, text: string): Test {
    switch (name) {
      case '-type':
      case '-xtype':
        return this.#typeTest(name, text)
      case '-size':
        return sizeTest(text)
      case '-perm':
        return permTest(text)
      case '-user':
      case '-group':
        return this.#ownerTest(name, text)
      case '-samefile': {
        const { node } = this.#reference(text)
        return ({ look }) => look.node === node
      }
      default:
        return numberTest(name, text)
    }
  }

  #reference(path: string): ReturnType<typeof lookAt> {
    try {
      return lookAt(this.#run.call, path, this.#run.follows !== 'none')
    } catch (thrown) {
      throw new CommandError(`${curly(path)}: ${why(failure(thrown))}`)
    }
  }

  #typeTest(name: string, text: string): Test {
    const wanted = new Set<string>()
    for (const letter of text.split(',')) {
      if (letter === '') throw new CommandError(`Last file type in list argument to ${name} is missing, i.e., list is ending on: ','`)
      if (letter.length > 1) throw new CommandError(`Must separate multiple arguments to ${name} using: ','`)
      if (!'bcdpflsD'.includes(letter)) throw new CommandError(`Unknown argument to ${name}: ${letter}`)
      wanted.add(TYPES[letter] ?? letter)
    }
    if (name === '-type') return ({ look }) => wanted.has(look.type)
    const { call } = this.#run
    return ({ look, path }) => {
      if (this.#run.follows === 'all') return wanted.has(lookAt(call, path, false).type)
      return wanted.has((look.type === 'link' ? lookFor(call, path) : look)?.type ?? 'link')
    }
  }

  #ownerTest(name: string, text: string): Test {
    if (text === USER.name || text === String(USER.id)) return yes
    if (/^\d+$/.test(text) || text === 'root' || text === 'nobody') return no
    throw new CommandError(
      name === '-user' ? `${curly(text)} is not the name of a known user` : `${curly(text)} is not the name of an existing group`,
    )
  }
}

function sizeTest(text: string): Test {
  const unit = /\d$/.test(text) ? 'b' : text.slice(-1)
  const size = UNITS[unit]
  if (size === undefined) throw new CommandError(`invalid -size type \`${unit}'`)
  const amount = amountOf(text.replace(/[a-zA-Z]$/, ''))
  if (amount === undefined) throw new CommandError(`Invalid argument \`${text}' to -size`)
  return ({ look }) => isAmount(amount, Math.ceil(look.size / size))
}

function permTest(text: string): Test {
  const kind = /^[-/]/.test(text) ? text.charAt(0) : ''
  const word = text.slice(kind.length)
  const change = parseMode(word)
  if (change === undefined) throw new CommandError(`invalid mode ${curly(text)}`)
  const wanted = change({ mode: 0, isFolder: false, umask: 0 })
  if (kind === '-') return ({ look }) => (look.mode & wanted) === wanted
  if (kind === '/') return ({ look }) => wanted === 0 || (look.mode & wanted) !== 0
  return ({ look }) => look.mode === wanted
}

function numberTest(name: string, text: string): Test {
  const amount = amountOf(text)
  if (amount === undefined || !Number.isInteger(amount.value)) throw new CommandError(`invalid argument \`${text}' to \`${name}'`)
  switch (name) {
    case '-links':
      return ({ look }) => isAmount(amount, look.nlink)
    case '-inum':
      return ({ look }) => isAmount(amount, look.ino)
    default:
      return () => isAmount(amount, USER.id)
  }
}
