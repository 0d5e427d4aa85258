import { bytesOf, textOf } from '../../text'
import { parentName } from '../../tree/tree-node'
import { gitArgs, type GitArgs } from './args'
import { booleanOf, canonicalKey, ConfigFile } from './config-file'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'

const OPTIONS =
  'global system local !worktree f,file= get get-all get-regexp replace-all add unset unset-all l,list z,null name-only show-origin show-scope bool int !bool-or-int !path !expiry-date type= default= remove-section rename-section !e,edit includes !get-urlmatch !get-color !get-colorbool !blob='

/** Changes the settings of the repository itself. */
export function changeConfig(git: Git, change: (file: ConfigFile) => void): void {
  changeFile(git, `${git.repo.commonDir}/config`, change)
}

function changeFile<T>(git: Git, path: string, change: (file: ConfigFile) => T): T {
  const node = git.files.find(path)
  const file = new ConfigFile(node?.type === 'file' ? textOf(node.bytes) : '', path)
  const result = change(file)
  git.files.mkdir(parentName(path), true)
  git.files.writeFile(path, bytesOf(file.text))
  return result
}

function targetFile(git: Git, args: GitArgs): string {
  const file = args.value('file')
  if (file !== undefined) return git.call.at(file)
  if (args.has('system')) return '/etc/gitconfig'
  if (args.has('global')) return git.env.get('GIT_CONFIG_GLOBAL') ?? `${git.env.get('HOME') ?? fatal('$HOME not set')}/.gitconfig`
  if (git.find() === undefined) fatal(args.has('local') ? '--local can only be used inside a git repository' : 'not in a git directory')
  return `${git.repo.commonDir}/config`
}

interface Shown {
  readonly key: string
  readonly value: string
  readonly origin: string
  readonly scope: string
}

function settings(git: Git, args: GitArgs): Shown[] {
  const isOne = ['file', 'system', 'global', 'local'].some((key) => args.has(key))
  if (!isOne) return git.config.all.map((one) => ({ ...one, origin: originOf(git, one.file) }))
  const path = targetFile(git, args)
  const node = git.files.find(path)
  if (node?.type !== 'file') {
    if (args.has('file') || args.has('list')) fatal(`unable to read config file '${args.value('file') ?? path}': No such file or directory`)
    return []
  }
  const scope = args.has('system') ? 'system' : args.has('global') ? 'global' : args.has('local') ? 'local' : 'command'
  return new ConfigFile(textOf(node.bytes), path).settings.map(({ key, value }) => ({ key, value, scope, origin: originOf(git, path) }))
}

function originOf(git: Git, path: string): string {
  if (path === '') return 'command line:'
  const root = git.find()?.worktree
  return `file:${root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path}`
}

function typed(value: string, args: GitArgs, key: string): string {
  const type = args.has('bool') ? 'bool' : args.has('int') ? 'int' : args.value('type')
  if (type === 'bool') return String(booleanOf(value, key))
  if (type !== 'int') return value
  const match = /^(-?\d+)([kmg]?)$/i.exec(value) ?? fatal(`bad numeric config value '${value}' for '${key}': invalid unit`)
  return String(Number(match[1]) * 1024 ** ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase()))
}

function keyOf(name: string, isGet: boolean): string {
  try {
    return canonicalKey(name)
  } catch (thrown) {
    if (thrown instanceof RangeError)
      throw new GitError(thrown.message, { kind: 'error', code: isGet || thrown.message.startsWith('invalid') ? 1 : 2 })
    throw thrown
  }
}

/** `git config`. */
export async function config(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const [name, value, pattern] = args.words
  if (args.has('list')) {
    for (const one of settings(git, args)) git.print(listLine(one, args))
    return 0
  }
  if (name === undefined) throw new GitError('no action specified', { kind: 'error', code: 129 })
  if (args.has('get-regexp')) return getRegexp(git, args, name)
  if (args.has('remove-section'))
    return changeFile(git, targetFile(git, args), (file) => file.removeSection(name)) ? 0 : fatal(`no such section: ${name}`)
  if (args.has('rename-section'))
    return changeFile(git, targetFile(git, args), (file) => file.renameSection(name, value ?? '')) ? 0 : fatal(`no such section: ${name}`)
  const isGet =
    !args.has('unset') &&
    !args.has('unset-all') &&
    (args.has('get') || args.has('get-all') || (value === undefined && !args.has('add') && !args.has('replace-all')))
  const key = keyOf(name, isGet)
  if (args.has('unset') || args.has('unset-all')) return unset(git, args, key)
  if (isGet) return get(git, args, { key, pattern: value })
  return set(git, args, { key, name: name.slice(name.lastIndexOf('.') + 1), value: typed(value ?? '', args, key), pattern })
}

function listLine({ key, value, origin, scope }: Shown, args: GitArgs): string {
  const isNul = args.has('null')
  const lead = `${args.has('show-scope') ? `${scope}${isNul ? '\0' : '\t'}` : ''}${args.has('show-origin') ? `${origin}${isNul ? '\0' : '\t'}` : ''}`
  const text = args.has('name-only') ? key : isNul ? `${key}\n${value}` : `${key}=${value}`
  return `${lead}${text}${isNul ? '\0' : '\n'}`
}

function get(git: Git, args: GitArgs, { key, pattern }: { readonly key: string; readonly pattern: string | undefined }): number {
  const found = settings(git, args).filter((one) => one.key === key && (pattern === undefined || new RegExp(pattern).test(one.value)))
  const shown = args.has('get-all') ? found : found.slice(-1)
  const fallback = args.value('default')
  if (shown.length === 0 && fallback !== undefined) git.print(`${typed(fallback, args, key)}\n`)
  else if (shown.length === 0) return 1
  const end = args.has('null') ? '\0' : '\n'
  for (const one of shown)
    git.print(
      `${args.has('show-scope') ? `${one.scope}\t` : ''}${args.has('show-origin') ? `${one.origin}\t` : ''}${typed(one.value, args, key)}${end}`,
    )
  return 0
}

function getRegexp(git: Git, args: GitArgs, pattern: string): number {
  const found = settings(git, args).filter(({ key }) => new RegExp(pattern).test(key))
  for (const { key, value } of found) git.print(args.has('name-only') ? `${key}\n` : `${key} ${typed(value, args, key)}\n`)
  return found.length === 0 ? 1 : 0
}

function unset(git: Git, args: GitArgs, key: string): number {
  const path = targetFile(git, args)
  const node = git.files.find(path)
  const count = node?.type === 'file' ? new ConfigFile(textOf(node.bytes), path).values(key).length : 0
  if (count === 0) return 5
  if (count > 1 && !args.has('unset-all')) throw new GitError(`warning: ${key} has multiple values`, { kind: 'plain', code: 5 })
  changeFile(git, path, (file) => file.unset(key))
  return 0
}

interface Setting {
  readonly key: string
  readonly name: string
  readonly value: string
  readonly pattern: string | undefined
}

function set(git: Git, args: GitArgs, { key, name, value, pattern }: Setting): number {
  const path = targetFile(git, args)
  return changeFile(git, path, (file) => {
    const known = file.values(key)
    if (args.has('add')) file.add(key, name, value)
    else if (args.has('replace-all') || pattern !== undefined) {
      file.unset(key, (old) => pattern === undefined || new RegExp(pattern).test(old))
      file.add(key, name, value)
    } else if (known.length > 1)
      throw new GitError(
        `warning: ${key} has multiple values\nerror: cannot overwrite multiple values with a single value\n       Use a regexp, --add or --replace-all to change ${key}.`,
        { kind: 'plain', code: 5 },
      )
    else file.set(key, name, value)
    return 0
  })
}
