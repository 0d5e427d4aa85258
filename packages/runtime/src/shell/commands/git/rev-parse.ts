import { relativePath, type Git } from './git-call'
import { fatal, GitError, notImplemented } from './git-error'
import { revisionSet, isRevision } from './rev-args'
import { unknown } from './revisions'

/** `git rev-parse`. */
export function revParse(git: Git, words: readonly string[]): number {
  const state: { -readonly [key in keyof State]: State[key] } = {
    isVerify: false,
    isQuiet: false,
    abbrev: undefined,
    short: 0,
    isAbbrevRef: false,
    isFull: false,
  }
  const rest: string[] = []
  // What stands before --verify or --short is not meant by it.
  const before: string[] = []
  const verify = (): void => {
    if (!state.isVerify) before.push(...rest.splice(0))
    state.isVerify = true
  }
  for (const [i, word] of words.entries()) {
    const short = /^--short(?:=(\d+))?$/.exec(word)
    if (word === '--') {
      rest.push(...words.slice(i))
      break
    }
    if (word === '--verify') verify()
    else if (word === '-q' || word === '--quiet') state.isQuiet = true
    else if (short !== null) {
      state.abbrev = 'short'
      state.short = Number(short[1] ?? 7)
      verify()
    } else if (/^--abbrev-ref(=.*)?$/.test(word)) state.isAbbrevRef = true
    else if (word === '--symbolic-full-name') state.isFull = true
    else if (/^--(sq|sq-quote|default|parseopt|since|until|after|before)(=|$)/.test(word)) notImplemented(`option ${word} of rev-parse`)
    else if (word.startsWith('--') && informed(git, word, words[i + 1])) continue
    else if (!(words[i - 1] === '--git-path')) rest.push(word)
  }
  for (const word of before) {
    const code = one(git, word, { ...state, isVerify: false, abbrev: undefined })
    if (code !== 0) return code
  }
  if (state.isVerify && rest.filter((word) => word !== '--').length !== 1) return state.isQuiet ? 1 : fatal('Needed a single revision')
  for (const word of rest) {
    const code = one(git, word, state)
    if (code !== 0) return code
  }
  return 0
}

interface State {
  readonly isVerify: boolean
  readonly isQuiet: boolean
  readonly abbrev: 'short' | undefined
  readonly short: number
  readonly isAbbrevRef: boolean
  readonly isFull: boolean
}

function one(git: Git, word: string, state: State): number {
  if (word === '--') {
    git.print('--\n')
    return 0
  }
  if (state.isAbbrevRef || state.isFull) {
    const ref = git.revisions.symbolic(word)
    const isDetached = (word === 'HEAD' || word === '@') && git.repo.branch === undefined
    if (isDetached) git.print('HEAD\n')
    else if (ref !== undefined && (git.repo.refs.resolve(ref) !== undefined || !/^(HEAD|@)$/.test(word)))
      git.print(`${state.isAbbrevRef ? ref.replace(/^refs\/(heads|tags|remotes)\//, '') : ref}\n`)
    else if (git.revisions.find(word) === undefined) return missing(git, word, state)
    return 0
  }
  if (!isRevision(git, word)) return missing(git, word, state)
  if (/\.\./.test(word) || /\^[@!]$/.test(word)) {
    const { include, exclude } = revisionSet(git, [word])
    const isSymmetric = word.includes('...')
    for (const oid of isSymmetric ? include.toReversed() : include) git.print(`${oid}\n`)
    for (const oid of exclude) git.print(`^${oid}\n`)
    return 0
  }
  const oid = git.revisions.find(word.replace(/^\^/, '')) ?? ''
  git.print(`${word.startsWith('^') ? '^' : ''}${state.abbrev === undefined ? oid : git.repo.objects.abbreviate(oid, state.short)}\n`)
  return 0
}

function missing(git: Git, word: string, state: State): number {
  if (state.isVerify) return state.isQuiet ? 1 : fatal('Needed a single revision')
  if (git.files.find(git.call.at(word)) !== undefined && git.repo.worktree !== undefined && !state.isAbbrevRef) {
    git.print(`${word}\n`)
    return 0
  }
  git.print(`${word}\n`)
  if (word.startsWith('-')) throw new GitError(`option ${word} of rev-parse is not implemented in this sandbox`)
  return unknown(word)
}

/** Facts on the repository. */
function informed(git: Git, word: string, next: string | undefined): boolean {
  const say = (text: string | boolean): true => {
    git.print(`${String(text)}\n`)
    return true
  }
  const repo = (): Git['repo'] => git.repo
  const shownDir = (dir: string): string => {
    const { worktree } = repo()
    const cwd = git.files.realpath(git.cwd)
    if (worktree === cwd && dir === `${worktree}/.git`) return '.git'
    return dir === cwd ? '.' : dir
  }
  switch (word) {
    case '--show-toplevel':
      return say(repo().root)
    case '--git-dir':
      return say(shownDir(repo().gitDir))
    case '--absolute-git-dir':
      return say(repo().gitDir)
    case '--git-common-dir':
      return say(
        repo().commonDir === repo().gitDir && repo().worktree !== undefined
          ? relativeDir(git, repo().commonDir)
          : shownDir(repo().commonDir),
      )
    case '--git-path':
      return say(
        `${repo().worktree === undefined || repo().gitDir !== repo().commonDir ? shownDir(repo().gitDir) : relativeDir(git, repo().gitDir)}/${next ?? ''}`,
      )
    case '--show-prefix':
      return say(git.prefix)
    case '--show-cdup':
      return say('../'.repeat(git.prefix.split('/').length - 1))
    case '--is-inside-work-tree':
      return say(repo().worktree !== undefined && !`${git.files.realpath(git.cwd)}/`.startsWith(`${repo().gitDir}/`))
    case '--is-inside-git-dir':
      return say(`${git.files.realpath(git.cwd)}/`.startsWith(`${repo().gitDir}/`))
    case '--is-bare-repository':
      return say(repo().config.bool('core.bare') ?? false)
    case '--is-shallow-repository':
      return say(repo().objects.shallow.size > 0)
    case '--show-object-format':
      return say('sha1')
    case '--all':
      for (const [, oid] of repo().refs.list()) say(oid)
      return true
    case '--branches':
      for (const [, oid] of repo().refs.list('refs/heads/')) say(oid)
      return true
    case '--tags':
      for (const [, oid] of repo().refs.list('refs/tags/')) say(oid)
      return true
    default:
      return ['--revs-only', '--no-flags', '--end-of-options', '--show-superproject-working-tree'].includes(word)
  }
}

function relativeDir(git: Git, dir: string): string {
  const cwd = git.files.realpath(git.cwd)
  const { root } = git.repo
  if (cwd === root) return dir.slice(root.length + 1)
  return relativePath(git.prefix, dir.slice(root.length + 1))
}
