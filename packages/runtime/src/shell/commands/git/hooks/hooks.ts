import { inputOf } from '../../../streams/stream'
import { resolvePath } from '../../../tree/tree-node'
import { expandHome } from '../config'
import { fatal } from '../git-error'
import type { Git } from '../git-call'
import type { Person } from '../objects'

/** The one folder whose files a person is asked about before they are written, as the gate knows it (`core/gate/git-hooks.ts`). */
const ASKED_ABOUT = /^\/workspace\/(?:.*\/)?\.git\/(?:modules\/.+\/)?hooks$/

/** Hooks that a rebase may come to. */
export const REBASE_HOOKS = [
  'pre-rebase',
  'post-checkout',
  'pre-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'post-rewrite',
] as const

/** What a hook is run with. */
export interface HookRun {
  readonly args?: readonly string[]
  /** What it reads; nothing where it is left out. */
  readonly stdin?: string
  /** Variables besides those of the command. */
  readonly env?: readonly (readonly [name: string, value: string])[]
  readonly cwd?: string
  /** What it prints goes to standard output. */
  readonly isShown?: boolean
}

/**
 * The file of a hook that is to run, as it is told to it; undefined where there is none.
 * @throws GitError for one that would run from a place that nobody is asked about
 */
export function findHook(git: Git, name: string): string | undefined {
  const { repo, files } = git
  const own = `${repo.commonDir}/hooks`
  const folder = hookFolder(git)
  const named = git.config.get('core.hookspath')
  const path = `${folder}/${name}`
  const place = files.find(folder)
  const node = place?.type === 'folder' ? place.children.get(name) : undefined
  if (node === undefined || node.type === 'folder') return undefined
  const without = 'git -c core.hooksPath=/dev/null does without hooks'
  if (folder !== own && files.realpath(folder) !== files.realpath(own))
    return fatal(`hook '${name}' of core.hooksPath '${named ?? ''}' is not run in this sandbox, those of .git/hooks are; ${without}`)
  const isLinked = node.type === 'link' || files.realpath(folder) !== folder
  const isRunnable = node.type === 'link' || (node.mode & 0o100) !== 0
  if (isRunnable && isLinked) return fatal(`hook '${path}' is a link and is not run in this sandbox, files of .git/hooks are; ${without}`)
  if (!isRunnable) return undefined
  if (!ASKED_ABOUT.test(folder))
    return fatal(`hook '${path}' is outside of the workspace's .git folders and is not run in this sandbox; ${without}`)
  return path
}

function hookFolder({ repo, config, env }: Git): string {
  const named = config.get('core.hookspath')
  return named === undefined ? `${repo.commonDir}/hooks` : resolvePath(repo.worktree ?? repo.gitDir, expandHome(named, env.get('HOME')))
}

/** Says before anything is done which hooks cannot be run. @throws GitError */
export function checkHooks(git: Git, names: readonly string[]): void {
  for (const name of names) findHook(git, name)
}

export function hasHook(git: Git, name: string): boolean {
  return findHook(git, name) !== undefined
}

/** Runs a hook where there is one; what it prints goes to standard error, as with git. Gives its exit code, 0 without one. */
export async function runHook(git: Git, name: string, how: HookRun = {}): Promise<number> {
  const path = findHook(git, name)
  if (path === undefined) {
    await noteIgnored(git, name)
    return 0
  }
  const { call, repo } = git
  const cwd = how.cwd ?? repo.worktree ?? repo.gitDir
  await git.out.flush()
  return call.exec([seenFrom(cwd, path), ...(how.args ?? [])], {
    cwd,
    env: new Map([...git.env, ...overridesOf(git), ['GIT_PREFIX', git.prefix], ...(how.env ?? [])]),
    stdin: inputOf(how.stdin ?? ''),
    ...(how.isShown ? {} : { stdout: call.stderr }),
  })
}

async function noteIgnored(git: Git, name: string): Promise<void> {
  const path = `${hookFolder(git)}/${name}`
  if (git.files.find(path)?.type !== 'file' || git.config.bool('advice.ignoredhook') === false) return
  await git.say(
    `hint: The '${seenFrom(git.repo.worktree ?? '', path)}' hook was ignored because it's not set as executable.\n` +
      'hint: You can disable this warning with `git config advice.ignoredHook false`.\n',
  )
}

/** Settings of the command line hold for what hooks start. */
function overridesOf(git: Git): [string, string][] {
  const { overrides } = git.options
  if (overrides.length === 0) return []
  return [
    ['GIT_CONFIG_COUNT', String(overrides.length)],
    ...overrides.flatMap(([key, value], i): [string, string][] => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]
}

/** A file of the repository as it is told to a hook. */
export function toldPath(git: Git, name: string): string {
  return seenFrom(git.repo.worktree ?? git.repo.gitDir, `${git.repo.gitDir}/${name}`)
}

function seenFrom(folder: string, path: string): string {
  const prefix = folder === '/' ? '/' : `${folder}/`
  return path.startsWith(prefix) ? path.slice(prefix.length) : path
}

/** Who wrote a commit, for its hooks. */
export function authorEnv({ name, email, time, zone }: Person): [string, string][] {
  return [
    ['GIT_AUTHOR_NAME', name],
    ['GIT_AUTHOR_EMAIL', email],
    ['GIT_AUTHOR_DATE', `@${time} ${zone}`],
  ]
}

/** What hooks of a commit that another command makes see. @param action of a commit that an editor is opened for: what the logs of refs name */
export function commitEnv(git: Git, action?: string): [string, string][] {
  return [action === undefined ? ['GIT_EDITOR', ':'] : ['GIT_REFLOG_ACTION', action], ['GIT_INDEX_FILE', toldPath(git, 'index')]]
}

/** After HEAD or files were checked out. Gives what the command ends with. */
export async function afterCheckout(
  git: Git,
  from: string | undefined,
  { kind, to = git.repo.head }: { readonly kind: 'branch' | 'files'; readonly to?: string | undefined } = { kind: 'branch' },
): Promise<number> {
  if (to === undefined) return 0
  const code = await runHook(git, 'post-checkout', { args: [from ?? '0'.repeat(40), to, kind === 'branch' ? '1' : '0'] })
  return kind === 'files' || code === 0 ? code : 1
}
