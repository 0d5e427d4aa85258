import { gitArgs, type GitArgs } from './args'
import { checkout } from './branches'
import { bisection, estimatedSteps } from './bisect-pick'
import { isAncestor, mergeBases } from './commit-graph'
import { diffTree } from './diff-plumbing'
import { fatal, GitError, notImplemented } from './git-error'
import { log } from './log'
import type { Git } from './git-call'
import { subjectOf } from './objects'
import { pathspecOf } from './pathspec'
import { splitWords } from './split-words'
import { isBranchName } from './refs'

const USAGE = 'usage: git bisect [help|start|bad|good|new|old|terms|skip|next|reset|visualize|view|replay|log|run]'

interface Terms {
  readonly bad: string
  readonly good: string
}

function termsOf(git: Git): Terms {
  const [bad, good] = (git.repo.refs.special('BISECT_TERMS') ?? '').split('\n')
  return { bad: bad === undefined || bad === '' ? 'bad' : bad, good: good === undefined || good === '' ? 'good' : good }
}

function isRunning(git: Git): boolean {
  return (git.repo.refs.special('BISECT_START') ?? '') !== ''
}

function note(git: Git, text: string): void {
  git.repo.refs.setSpecial('BISECT_LOG', `${git.repo.refs.special('BISECT_LOG') ?? ''}${text}`)
}

/** `git bisect`. */
export async function bisect(git: Git, words: readonly string[]): Promise<number> {
  const [action, ...rest] = words
  if (action === undefined) throw new GitError(USAGE, { kind: 'plain', code: 1 })
  const terms = termsOf(git)
  switch (action) {
    case 'start':
      return start(git, rest)
    case 'bad':
    case 'new':
    case 'good':
    case 'old':
      return state(git, action, rest)
    case 'reset':
      return reset(git, rest[0])
    case 'log':
      if (!isRunning(git)) throw new GitError('error: We are not bisecting.', { kind: 'plain', code: 1 })
      git.print(git.repo.refs.special('BISECT_LOG') ?? '')
      return 0
    case 'terms':
      return tellTerms(git, rest)
    case 'next':
      requireStart(git)
      return next(git, true)
    case 'run':
      return run(git, rest)
    case 'help':
      git.print(`${USAGE}\n`)
      return 0
    case 'visualize':
    case 'view':
      return visualize(git, rest)
    case 'skip':
    case 'replay':
      return notImplemented(`bisect ${action}`)
    default:
      if (action === terms.bad || action === terms.good) return state(git, action, rest)
      throw new GitError(`error: unknown subcommand: \`${action}'\n${USAGE}`, { kind: 'plain', code: 129 })
  }
}

function requireStart(git: Git): void {
  if (!isRunning(git)) throw new GitError('You need to start by "git bisect start"\n', { kind: 'plain', code: 1 })
}

function quoted(word: string): string {
  return `'${word.replace(/['!]/g, (character) => `'\\${character}'`)}'`
}

interface StartWords {
  readonly revisions: readonly string[]
  readonly paths: readonly string[]
  readonly bad: string | undefined
  readonly good: string | undefined
  readonly isFirstParent: boolean
}

/** Words of `bisect start`: the first that names no commit begins the paths, unless `--` does. */
function startWords(git: Git, words: readonly string[]): StartWords {
  const end = words.indexOf('--')
  const revisions: string[] = []
  let [bad, good]: (string | undefined)[] = []
  let isFirstParent = false
  let at = 0
  for (; at < words.length && words[at] !== '--'; at++) {
    const word = words[at] ?? ''
    const term = /^--term-(bad|new|good|old)(?:=(.*))?$/s.exec(word)
    if (word === '--first-parent') isFirstParent = true
    else if (word === '--no-checkout') notImplemented('option --no-checkout of bisect start')
    else if (term !== null) {
      if (term[2] === undefined) at += 1
      const value = term[2] ?? words[at] ?? told("'' is not a valid term")
      if (term[1] === 'bad' || term[1] === 'new') bad = value
      else good = value
    } else if (word.startsWith('--')) told(`unrecognized option: '${word}'`)
    else {
      const found = git.revisions.find(word)
      const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
      if (oid !== undefined) revisions.push(oid)
      else if (end >= 0) fatal(`'${word}' does not appear to be a valid revision`)
      else break
    }
  }
  return { revisions, paths: words.slice(words[at] === '--' ? at + 1 : at), bad, good, isFirstParent }
}

/** @throws GitError with `error: ` and the code 1 */
function told(message: string): never {
  throw new GitError(message, { kind: 'error', code: 1 })
}

async function start(git: Git, words: readonly string[]): Promise<number> {
  const { repo } = git
  const { revisions, paths, bad, good, isFirstParent } = startWords(git, words)
  for (const term of [bad, good]) if (term !== undefined && !isBranchName(term)) told(`'${term}' is not a valid term`)
  const known = repo.refs.special('BISECT_START')
  const from = (known ?? `${repo.branch ?? repo.head ?? fatal('bad HEAD - I need a HEAD')}\n`).trim()
  if (known !== undefined && (await checkout(git, [from, '--'])) !== 0)
    told(`checking out '${from}' failed. Try 'git bisect start <valid-branch>'.`)
  clear(git)
  const terms = { bad: bad ?? 'bad', good: good ?? 'good' }
  repo.refs.setSpecial('BISECT_START', `${from}\n`)
  repo.refs.setSpecial('BISECT_NAMES', `${paths.map((path) => ` ${quoted(path)}`).join('')}\n`)
  if (revisions.length > 0 || bad !== undefined || good !== undefined) repo.refs.setSpecial('BISECT_TERMS', `${terms.bad}\n${terms.good}\n`)
  if (isFirstParent) repo.refs.setSpecial('BISECT_FIRST_PARENT', '\n')
  for (const [i, oid] of revisions.entries()) mark(git, { term: i === 0 ? terms.bad : terms.good, isBad: i === 0, oid, isLogged: false })
  note(git, `git bisect start${words.map((word) => ` ${quoted(word)}`).join('')}\n`)
  try {
    return await next(git, false)
  } catch (thrown) {
    if (thrown instanceof GitError) clear(git)
    throw thrown
  }
}

interface Mark {
  readonly term: string
  readonly isBad: boolean
  readonly oid: string
  readonly isLogged: boolean
}

function mark(git: Git, { term, isBad, oid, isLogged }: Mark): void {
  const { refs, objects } = git.repo
  refs.update(isBad ? `refs/bisect/${term}` : `refs/bisect/${term}-${oid}`, oid)
  note(git, `# ${term}: [${oid}] ${subjectOf(objects.commit(oid).message)}\n`)
  if (isLogged) note(git, `git bisect ${term} ${oid}\n`)
}

async function state(git: Git, term: string, words: readonly string[]): Promise<number> {
  requireStart(git)
  const { refs } = git.repo
  if (refs.special('BISECT_TERMS') === undefined || refs.special('BISECT_TERMS') === '')
    refs.setSpecial('BISECT_TERMS', term === 'new' || term === 'old' ? 'new\nold\n' : 'bad\ngood\n')
  const terms = termsOf(git)
  if (term !== terms.bad && term !== terms.good)
    throw new GitError(`error: Invalid command: you're currently in a ${terms.bad}/${terms.good} bisect`, { kind: 'plain', code: 1 })
  const isBad = term === terms.bad
  if (isBad && words.length > 1) throw new GitError(`error: 'git bisect ${term}' can take only one argument.`, { kind: 'plain', code: 1 })
  const oids = (words.length === 0 ? ['HEAD'] : words).map((word) => {
    const found = git.revisions.find(word)
    const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
    if (oid === undefined) throw new GitError(`error: Bad rev input: ${word}`, { kind: 'plain', code: 1 })
    return oid
  })
  for (const oid of oids) mark(git, { term, isBad, oid, isLogged: true })
  return next(git, false)
}

function known(git: Git, terms: Terms): { readonly bad: string | undefined; readonly good: readonly string[] } {
  const { refs } = git.repo
  return { bad: refs.resolve(`refs/bisect/${terms.bad}`), good: refs.list(`refs/bisect/${terms.good}-`).map(([, oid]) => oid) }
}

function waiting({ bad, good }: ReturnType<typeof known>): string {
  if (bad === undefined && good.length === 0) return 'status: waiting for both good and bad commits\n'
  if (bad === undefined) return `status: waiting for bad commit, ${good.length} good commit${good.length === 1 ? '' : 's'} known\n`
  return 'status: waiting for good commit(s), bad commit known\n'
}

/** Checks out what is to be tested next. Gives 10 where the search is over. */
async function step(git: Git): Promise<number> {
  const { refs, objects } = git.repo
  const terms = termsOf(git)
  const { bad, good } = known(git, terms)
  if (bad === undefined || good.length === 0) {
    const text = waiting(known(git, terms))
    git.print(text)
    note(git, `# ${text}`)
    return 0
  }
  const shown = (oid: string): string => `[${oid}] ${subjectOf(objects.commit(oid).message)}\n`
  const base = refs.special('BISECT_ANCESTORS_OK') === undefined ? untestedBase(git, bad, good) : undefined
  if (base !== undefined) {
    await checkout(git, ['-q', base, '--'])
    git.print(`Bisecting: a merge base must be tested\n${shown(base)}`)
    return 0
  }
  refs.setSpecial('BISECT_ANCESTORS_OK', '')
  const isFirstParent = refs.special('BISECT_FIRST_PARENT') !== undefined
  const found = bisection(objects, {
    bad,
    good,
    isFirstParent,
    spec: pathspecOf(git, pathsOf(git)),
    tick: () => git.call.tick(),
  })
  if (found === undefined) {
    git.print(`${bad} was both ${terms.good} and ${terms.bad}\n`)
    throw new GitError('', { kind: 'plain', code: 1 })
  }
  if (found.all === 0)
    throw new GitError('No testable commit found.\nMaybe you started with bad path arguments?', { kind: 'plain', code: 4 })
  if (found.oid === bad) {
    git.print(`${bad} is the first ${terms.bad} commit\n`)
    await diffTree(git, ['--pretty', '--stat', '--summary', '--cc', bad])
    note(git, `# first ${terms.bad} commit: ${shown(bad)}`)
    return 10
  }
  const left = found.all - found.reaches - 1
  const steps = estimatedSteps(found.all)
  refs.setSpecial('BISECT_EXPECTED_REV', `${found.oid}\n`)
  git.print(
    `Bisecting: ${left} revision${left === 1 ? '' : 's'} left to test after this (roughly ${steps} step${steps === 1 ? '' : 's'})\n`,
  )
  await checkout(git, ['-q', found.oid, '--'])
  git.print(shown(found.oid))
  return 0
}

/** The paths that the search is about. */
function pathsOf(git: Git): string[] {
  return splitWords(git.repo.refs.special('BISECT_NAMES') ?? '')
}

/** A common ancestor that nobody has tested, where a good commit is none of the bad one's ancestors. */
function untestedBase(git: Git, bad: string, good: readonly string[]): string | undefined {
  const { objects } = git.repo
  if (good.every((oid) => isAncestor(objects, oid, bad))) return undefined
  for (const base of mergeBases(objects, bad, good)) {
    if (base === bad) {
      const terms = termsOf(git)
      if (good.some((oid) => isAncestor(objects, bad, oid)))
        throw new GitError(
          `Some ${terms.good} revs are not ancestors of the ${terms.bad} rev.\ngit bisect cannot work properly in this case.\n` +
            `Maybe you mistook ${terms.good} and ${terms.bad} revs?`,
          { kind: 'plain', code: 1 },
        )
      throw new GitError(`The merge base ${bad} is ${terms.bad}.`, { kind: 'plain', code: 3 })
    }
    if (!good.includes(base)) return base
  }
  return undefined
}

async function next(git: Git, isAsked: boolean): Promise<number> {
  const terms = termsOf(git)
  const { bad, good } = known(git, terms)
  if (isAsked && (bad === undefined || good.length === 0))
    throw new GitError(`error: You need to give me at least one ${terms.good} and ${terms.bad} revision.`, { kind: 'plain', code: 1 })
  await step(git)
  return 0
}

function clear(git: Git): void {
  const { refs } = git.repo
  for (const [name] of refs.list('refs/bisect/')) refs.remove(name)
  for (const name of [
    'BISECT_EXPECTED_REV',
    'BISECT_ANCESTORS_OK',
    'BISECT_LOG',
    'BISECT_NAMES',
    'BISECT_RUN',
    'BISECT_TERMS',
    'BISECT_FIRST_PARENT',
    'BISECT_START',
  ])
    refs.setSpecial(name, undefined)
}

async function reset(git: Git, word: string | undefined): Promise<number> {
  if (word === undefined && !isRunning(git)) {
    git.print('We are not bisecting.\n')
    return 0
  }
  const target = word ?? (git.repo.refs.special('BISECT_START') ?? '').trim()
  if (word !== undefined && git.revisions.find(word) === undefined)
    throw new GitError(`error: '${word}' is not a valid commit`, { kind: 'plain', code: 1 })
  const code = await checkout(git, ['--ignore-other-worktrees', target, '--'])
  if (code === 0) clear(git)
  return code
}

/** The log of what is left to test. Only options of `log` are taken. */
async function visualize(git: Git, words: readonly string[]): Promise<number> {
  const { bad, good } = known(git, termsOf(git))
  if (!isRunning(git) || bad === undefined || good.length === 0) return 1
  const options = words[0] === 'log' ? words.slice(1) : words
  const other = options.find((word) => !word.startsWith('-') || word === '--')
  if (other !== undefined) return notImplemented(`bisect visualize with the word '${other}'`)
  return log(git, [...options, bad, ...good.map((oid) => `^${oid}`), '--', ...pathsOf(git)])
}

function tellTerms(git: Git, words: readonly string[]): number {
  const args: GitArgs = gitArgs(words, 'term-good,term-old term-bad,term-new')
  if (git.repo.refs.special('BISECT_TERMS') === undefined) throw new GitError('error: no terms defined', { kind: 'plain', code: 1 })
  const terms = termsOf(git)
  if (args.has('term-good')) git.print(`${terms.good}\n`)
  else if (args.has('term-bad')) git.print(`${terms.bad}\n`)
  else git.print(`Your current terms are ${terms.good} for the old state\nand ${terms.bad} for the new state.\n`)
  return 0
}

async function run(git: Git, words: readonly string[]): Promise<number> {
  requireStart(git)
  const terms = termsOf(git)
  const { bad, good } = known(git, terms)
  if (bad === undefined || good.length === 0)
    throw new GitError(`error: You need to give me at least one ${terms.good} and ${terms.bad} revision.`, { kind: 'plain', code: 1 })
  if (words.length === 0) throw new GitError('error: bisect run failed: no command provided.', { kind: 'plain', code: 1 })
  const command = words.map((word) => ` ${quoted(word)}`).join('')
  for (;;) {
    git.print(`running ${command}\n`)
    await git.out.flush()
    const code = await git.call.exec([command, 'sh'], { isScript: true, cwd: git.repo.root, env: git.env })
    git.repo.replaceIndex(git.repo.readIndex())
    if (code === 125) return notImplemented('a commit that cannot be tested (125) of bisect run')
    if (code < 0 || code >= 128)
      throw new GitError(`error: bisect run failed: exit code ${code} from '${command.slice(1)}' is < 0 or >= 128`, {
        kind: 'plain',
        code: 1,
      })
    const head = git.repo.head ?? ''
    mark(git, { term: code === 0 ? terms.good : terms.bad, isBad: code !== 0, oid: head, isLogged: true })
    if ((await step(git)) === 10) {
      git.print('bisect found first bad commit')
      return 0
    }
    await git.breathe()
  }
}
