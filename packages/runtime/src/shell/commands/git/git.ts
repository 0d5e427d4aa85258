import { BadStream } from './inflate'
import { resolvePath } from '../../tree/tree-node'
import type { Call, Command } from '../command'
import { GIT_COMMANDS } from './command-table'
import { canonicalKey } from './config-file'
import { fatal, GitError } from './git-error'
import { Git, type GlobalOptions } from './git-call'
import { setQuoting } from './quote-path'
import { splitWords } from './split-words'
import { unheeded } from './unheeded'

const VERSION = 'git version 2.39.5\n'

/** git 2.39. */
export const gitCommand: Command = { name: 'git', summary: 'version control', run: (call) => runGit(call) }

async function runGit(call: Call): Promise<number> {
  try {
    return await dispatch(call)
  } catch (thrown) {
    if (thrown instanceof GitError) {
      await call.stderr.write(thrown.told)
      return thrown.code
    }
    if (!(thrown instanceof BadStream)) throw thrown
    await call.stderr.write(`fatal: an object is damaged: ${thrown.message}\n`)
    return 128
  }
}

interface Read {
  readonly options: GlobalOptions
  readonly rest: readonly string[]
}

async function dispatch(call: Call): Promise<number> {
  const { options, rest } = globalOptions(call)
  const [name = 'help', ...args] = rest
  const git = new Git(call, options)
  if (name === '--version' || name === '-v' || name === 'version') return printed(git, VERSION)
  if (name === '--exec-path') return printed(git, '/usr/lib/git-core\n')
  if (name === 'help' || name === '--help' || name === '-h') {
    await printed(git, helpText())
    return rest.length === 0 ? 1 : 0
  }
  const command = GIT_COMMANDS.get(name)
  if (command === undefined) return aliased(git, { name, args })
  setQuoting(git.config.bool('core.quotepath') ?? true)
  const warning = unheeded(git, name)
  if (warning !== '') await call.stderr.write(warning)
  return finish(git, () => command(git, args))
}

async function finish(git: Git, run: () => Promise<number> | number): Promise<number> {
  try {
    const code = await run()
    const warnings = git.takeWarnings()
    if (warnings !== '') await git.call.stderr.write(warnings)
    return code
  } catch (thrown) {
    if (!(thrown instanceof GitError) || git.call.file(1)?.isTerminal === true) throw thrown
    await git.call.stderr.write(thrown.told)
    return thrown.code
  } finally {
    git.writeFile()
    await git.out.flush()
  }
}

async function printed(git: Git, text: string): Promise<number> {
  git.print(text)
  await git.out.flush()
  return 0
}

function helpText(): string {
  return `usage: git [-C <path>] [-c <name>=<value>] <command> [<args>]\n\nCommands of this git:\n${[...GIT_COMMANDS.keys()]
    .toSorted()
    .map((name) => `   ${name}\n`)
    .join('')}`
}

/** Commands of the real git that are not here, so that nobody takes them for misspelled. */
const MISSING = new Set(
  (
    'bugreport check-mailmap citool column commit-graph credential credential-cache credential-store cvsexportcommit cvsimport ' +
    'cvsserver daemon diagnose difftool fast-export fast-import fetch-pack filter-branch filter-repo fmt-merge-msg for-each-repo ' +
    'fsmonitor--daemon get-tar-commit-id gui hook http-backend http-fetch http-push imap-send index-pack instaweb lfs mailinfo mailsplit ' +
    'merge-index merge-one-file mergetool mktag multi-pack-index p4 pack-objects pack-redundant patch-id prune-packed ' +
    'quiltimport receive-pack replace request-pull send-email send-pack sh-i18n shell show-index sparse-checkout svn unpack-file ' +
    'unpack-objects update-server-info upload-archive upload-pack'
  ).split(' '),
)

async function aliased(git: Git, { name, args }: { readonly name: string; readonly args: readonly string[] }): Promise<number> {
  const alias = git.config.get(`alias.${name.toLowerCase()}`)
  if (alias === undefined && MISSING.has(name)) fatal(`${name} is not implemented in this sandbox`)
  if (alias === undefined) throw new GitError(`git: '${name}' is not a git command. See 'git --help'.`, { kind: 'plain', code: 1 })
  if (alias.startsWith('!')) {
    const cwd = git.find()?.worktree ?? git.cwd
    const words = args.length === 0 ? alias.slice(1) : `${alias.slice(1)} "$@"`
    return git.call.exec([words, alias.slice(1), ...args], { isScript: true, cwd })
  }
  const words = splitWords(alias)
  if (words[0] === name) fatal(`alias loop detected: expansion of '${name}' does not terminate`)
  return git.call.exec(['git', ...globalWords(git.options), ...words, ...args])
}

function globalWords(options: GlobalOptions): string[] {
  return options.overrides.flatMap(([key, value]) => ['-c', `${key}=${value}`])
}

function globalOptions(call: Call): Read {
  const words = [...call.args]
  let { cwd } = call
  let gitDir: string | undefined
  let workTree: string | undefined
  let isLiteral = false
  const env = new Map(call.env)
  const overrides: [string, string][] = environmentOverrides(call.env)
  const valueOf = (word: string, name: string): string =>
    word.startsWith(`${name}=`) ? word.slice(name.length + 1) : (words.shift() ?? fatal(`no directory given for ${name}`))
  while (words[0]?.startsWith('-')) {
    const word = words.shift() ?? ''
    if (word === '-C') cwd = enter(call, resolvePath(cwd, words.shift() ?? fatal('no directory given for -C')))
    else if (word === '-c') overrides.push(override(words.shift() ?? ''))
    else if (/^--git-dir(=|$)/.test(word)) gitDir = valueOf(word, '--git-dir')
    else if (/^--work-tree(=|$)/.test(word)) workTree = valueOf(word, '--work-tree')
    else if (word === '--literal-pathspecs') isLiteral = true
    else if (!['-p', '--paginate', '-P', '--no-pager', '--no-optional-locks', '--no-replace-objects', '--no-advice'].includes(word)) {
      if (['--version', '-v', '--help', '-h', '--exec-path'].includes(word)) {
        words.unshift(word)
        break
      }
      throw new GitError(`unknown option: ${word}\nusage: git [-C <path>] [-c <name>=<value>] <command> [<args>]`, {
        kind: 'plain',
        code: 129,
      })
    }
  }
  return { options: { cwd, gitDir, workTree, overrides, env, isLiteral }, rest: words }
}

function enter(call: Call, path: string): string {
  if (call.system.tree.find(path)?.type !== 'folder') fatal(`cannot change to '${path}': No such file or directory`)
  return path
}

function override(text: string): [string, string] {
  const at = text.indexOf('=')
  try {
    return at < 0 ? [canonicalKey(text), 'true'] : [canonicalKey(text.slice(0, at)), text.slice(at + 1)]
  } catch (thrown) {
    if (thrown instanceof RangeError) return fatal('unable to parse command-line config')
    throw thrown
  }
}

function environmentOverrides(env: ReadonlyMap<string, string>): [string, string][] {
  return Array.from({ length: Number(env.get('GIT_CONFIG_COUNT') ?? 0) }, (_, i): [string, string] => [
    canonicalKey(env.get(`GIT_CONFIG_KEY_${i}`) ?? ''),
    env.get(`GIT_CONFIG_VALUE_${i}`) ?? '',
  ])
}
