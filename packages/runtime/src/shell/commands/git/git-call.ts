import { OutputBuffer } from '../../streams/buffered'
import type { FileTree } from '../../tree/file-tree'
import { bytesOf } from '../../text'
import { parentName, resolvePath } from '../../tree/tree-node'
import type { Call } from '../command'
import { Config, type ConfigPlaces } from './config'
import { localZone, parseDate } from './git-date'
import { fatal, GitError } from './git-error'
import type { Person } from './objects'
import type { RefReason } from './refs'
import { commonOf, discover, isGitDir, Repository } from './repository'
import { Revisions } from './revisions'

/** What stood before the command's name. */
export interface GlobalOptions {
  readonly cwd: string
  readonly gitDir: string | undefined
  readonly workTree: string | undefined
  readonly overrides: readonly (readonly [key: string, value: string])[]
  readonly env: ReadonlyMap<string, string>
  readonly isLiteral: boolean
}

/** One run of git. */
export class Git {
  readonly call: Call
  readonly out: OutputBuffer
  readonly cwd: string
  readonly options: GlobalOptions
  #repo: Repository | undefined
  #revisions: Revisions | undefined
  readonly #warnings: string[] = []
  #file: { readonly path: string; readonly parts: string[] } | undefined

  constructor(call: Call, options: GlobalOptions) {
    this.call = call
    this.options = options
    this.cwd = options.cwd
    this.out = new OutputBuffer(call.stdout)
  }

  get files(): FileTree {
    return this.call.system.tree
  }

  get env(): ReadonlyMap<string, string> {
    return this.options.env
  }

  /** The repository that the command is run in. @throws GitError */
  get repo(): Repository {
    this.#repo ??= this.find() ?? fatal('not a git repository (or any of the parent directories): .git')
    return this.#repo
  }

  get revisions(): Revisions {
    this.#revisions ??= new Revisions(this.repo, this.now, this.prefix)
    return this.#revisions
  }

  get config(): Config {
    return (
      this.find()?.config ?? new Config(this.files, { ...this.places, gitDir: undefined, commonDir: undefined, branch: () => undefined })
    )
  }

  get places(): Pick<ConfigPlaces, 'home' | 'xdg' | 'env' | 'overrides'> {
    return { home: this.env.get('HOME'), xdg: this.env.get('XDG_CONFIG_HOME'), env: this.env, overrides: this.options.overrides }
  }

  /** Seconds since 1970. */
  get now(): number {
    return Math.floor(this.call.system.clock.now() / 1000)
  }

  find(): Repository | undefined {
    if (this.#repo !== undefined) return this.#repo
    const named = this.options.gitDir ?? this.env.get('GIT_DIR')
    const workTree = this.options.workTree ?? this.env.get('GIT_WORK_TREE')
    if (named !== undefined) {
      const gitDir = resolvePath(this.cwd, named)
      if (!isGitDir(this.files, gitDir)) fatal(`not a git repository: '${named}'`)
      const worktree = workTree === undefined ? this.cwd : resolvePath(this.cwd, workTree)
      this.#repo = this.open({ gitDir, commonDir: commonOf(this.files, gitDir), worktree })
      return this.#repo
    }
    const dirs = discover(this.files, this.files.realpath(this.cwd))
    if (dirs === undefined) return undefined
    this.#repo = this.open(workTree === undefined ? dirs : { ...dirs, worktree: resolvePath(this.cwd, workTree) })
    return this.#repo
  }

  open(dirs: { readonly gitDir: string; readonly commonDir: string; readonly worktree: string | undefined }): Repository {
    return new Repository(this.files, dirs, this.places)
  }

  /** After a command made the repository. */
  use(repo: Repository): void {
    this.#repo = repo
    this.#revisions = undefined
  }

  /** Where the command stands in the working tree: `` or `src/`. */
  get prefix(): string {
    const { worktree } = this.repo
    const cwd = this.files.realpath(this.cwd)
    if (worktree === undefined || !`${cwd}/`.startsWith(worktree === '/' ? '/' : `${worktree}/`)) return ''
    const inner = cwd.slice(worktree === '/' ? 1 : worktree.length + 1)
    return inner === '' ? '' : `${inner}/`
  }

  get isTerminal(): boolean {
    return (this.call.file(1)?.isTerminal ?? false) && this.env.get('TERM') !== 'dumb'
  }

  print(text: string): void {
    if (this.#file === undefined) this.out.put(text)
    else this.#file.parts.push(text)
  }

  /** What is printed from now on goes into a file. @throws GitError */
  printInto(name: string): void {
    const path = this.call.at(name)
    if (this.files.find(parentName(path))?.type !== 'folder') fatal(`could not open '${name}' for writing: No such file or directory`)
    this.#file = { path, parts: [] }
    this.writeFile()
  }

  /** Writes the file of {@link printInto}, where there is one. */
  writeFile(): void {
    if (this.#file !== undefined) this.files.writeFile(this.#file.path, bytesOf(this.#file.parts.join('')))
  }

  /** Lets what was printed go, when it is much; ends the command when it is to end. */
  async breathe(): Promise<void> {
    this.call.tick()
    if (this.out.isFull) await this.out.flush()
    await this.call.system.breathe()
  }

  /** Standard output waits where no terminal reads it, as the real git's does: with both in one pipe, errors come first. */
  async say(text: string): Promise<void> {
    if (this.call.file(1)?.isTerminal === true) await this.out.flush()
    await this.call.stderr.write(text)
  }

  /** Ends of lines that will not come back as they are. */
  noteLineEnds(path: string, from: string, to: string): void {
    const setting = this.config.get('core.safecrlf')
    if (setting === 'false') return
    if (setting === 'true') fatal(`${from} would be replaced by ${to} in ${path}`)
    this.#warnings.push(`warning: in the working copy of '${path}', ${from} will be replaced by ${to} the next time Git touches it\n`)
  }

  /** What is to be said on standard error at the end of the command. */
  takeWarnings(): string {
    return this.#warnings.splice(0).join('')
  }

  /** A path of the working tree as it is seen from where the command stands. */
  shown(path: string): string {
    return relativePath(this.prefix, path)
  }

  /** A path that was typed, as one of the working tree. @throws GitError when it is outside */
  inside(path: string): string {
    const full = resolvePath(path.startsWith('/') ? '/' : this.files.realpath(this.cwd), path)
    const { root } = this.repo
    if (full === root) return ''
    if (full.startsWith(root === '/' ? '/' : `${root}/`)) return full.slice(root === '/' ? 1 : root.length + 1)
    return fatal(`${path}: '${path}' is outside repository at '${root}'`)
  }

  /** @throws GitError where git does not know who it is */
  async person(role: 'author' | 'committer'): Promise<Person> {
    const known = this.whoever(role)
    if (known !== undefined) return known
    const title = role === 'author' ? 'Author' : 'Committer'
    throw new GitError(
      `${title} identity unknown\n\n*** Please tell me who you are.\n\nRun\n\n  git config --global user.email "you@example.com"\n` +
        '  git config --global user.name "Your Name"\n\nto set your account\'s default identity.\n' +
        'Omit --global to set the identity only in this repository.\n\n' +
        `fatal: unable to auto-detect email address (got 'user@tabwright.(none)')`,
      { kind: 'plain', code: 128 },
    )
  }

  /** Who it is, if that is known. */
  whoever(role: 'author' | 'committer'): Person | undefined {
    const upper = role.toUpperCase()
    const { config } = this
    const name = this.env.get(`GIT_${upper}_NAME`) ?? config.get(`${role}.name`) ?? config.get('user.name')
    const email = this.env.get(`GIT_${upper}_EMAIL`) ?? config.get(`${role}.email`) ?? config.get('user.email') ?? this.env.get('EMAIL')
    if (name === undefined || email === undefined) return undefined
    const date = this.env.get(`GIT_${upper}_DATE`)
    const when = date === undefined ? { time: this.now, zone: localZone(this.now, this.zone) } : parseDate(date, this.now, this.zone)
    if (when === undefined) return fatal(`invalid date format: ${date ?? ''}`)
    return { name: tidyName(name), email: tidyName(email), ...when }
  }

  get zone(): string {
    return this.env.get('TZ') ?? 'UTC'
  }

  /** For the logs of refs, where not knowing who it is is no failure. */
  reason(message: string): RefReason {
    const action = this.env.get('GIT_REFLOG_ACTION')
    return {
      message: action === undefined ? message : message.replace(/^rebase(?= \()|^[^:]*/, () => action),
      who: () =>
        this.whoever('committer') ?? { name: 'user', email: 'user@tabwright', time: this.now, zone: localZone(this.now, this.zone) },
    }
  }
}

function tidyName(text: string): string {
  return text.replace(/^[\s.,:;<>"\\']+|[\s.,:;<>"\\']+$/g, '').replace(/[<>\n]/g, '')
}

/** `path` seen from a folder that ends in a slash. */
export function relativePath(prefix: string, path: string): string {
  if (prefix === '') return path === '' ? './' : path
  if (path.startsWith(prefix)) return path === prefix ? './' : path.slice(prefix.length)
  const here = prefix.split('/').slice(0, -1)
  const there = path.split('/')
  let same = 0
  while (same < here.length && here[same] === there[same] && same < there.length) same += 1
  return `${'../'.repeat(here.length - same)}${there.slice(same).join('/')}`
}
