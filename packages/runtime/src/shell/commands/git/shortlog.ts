import { compilePattern } from '../../regex/pattern'
import { readText } from '../../streams/stream'
import { gitArgs, type GitArgs } from './args'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { commitsOf, LOG_OPTIONS, logPlan } from './log'
import { type Commit, parsePerson, subjectOf } from './objects'
import { byteOrder } from './oid'
import { expandFormat } from './pretty'
import { trailersOf } from './trailers/trailer-format'
import { wrapText } from './wrap-text'

const OWN = 'c,committer n,numbered s,summary e,email w? group='

/** `git shortlog`. */
export async function shortlog(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, `${OWN} ${withoutLetters(LOG_OPTIONS)}`, { numeric: 'max-count' })
  if (args.has('L')) notImplemented('option -L of shortlog')
  const groups = new Map<string, string[]>()
  const put = (name: string, text: string): void => {
    const list = groups.get(name)
    if (list === undefined) groups.set(name, [text])
    else list.push(text)
  }
  const isPiped =
    args.operands.length === 0 &&
    !['all', 'branches', 'tags', 'remotes'].some((key) => args.has(key)) &&
    git.call.file(0)?.isTerminal !== true
  if (isPiped && args.values('group').some((kind) => kind.startsWith('trailer:')))
    fatal('using --group=trailer with stdin is not supported')
  if (isPiped) for (const [name, text] of fromLog(await readText(git.call.stdin), args)) put(name, text)
  else {
    const plan = logPlan(git, args, undefined)
    const format = args.value('format') ?? args.value('pretty')
    for (const { commit } of commitsOf(git, plan)) {
      const text = format === undefined ? shortSubject(commit) : expandFormat(format.replace(/^t?format:/, ''), commit, plan.style)
      for (const name of new Set(groupsOf(git, args, commit))) put(name, text)
      await git.breathe()
    }
  }
  print(git, args, groups)
  return 0
}

/** Letters mean other things here. */
function withoutLetters(list: string): string {
  const own = new Set(['c', 'n', 's', 'e', 'w'])
  return list
    .split(' ')
    .flatMap((word) => {
      const missing = word.startsWith('!') ? '!' : ''
      const end = /[=?]$/.exec(word)?.[0] ?? ''
      const names = word
        .slice(missing.length, word.length - end.length)
        .split(',')
        .filter((name) => !own.has(name) && name !== 'committer')
      return names.length === 0 ? [] : [missing + names.join(',') + end]
    })
    .join(' ')
}

function shortSubject(commit: Commit): string {
  const subject = subjectOf(commit.message).replace(/^\[PATCH[^\]]*\]\s*/, '')
  return subject === '' ? '<none>' : subject
}

function groupsOf(git: Git, args: GitArgs, commit: Commit): string[] {
  const named = args.values('group')
  const kinds = [...(args.has('committer') ? ['committer'] : []), ...named]
  const shown = ({ name, email }: { readonly name: string; readonly email: string }): string =>
    args.has('email') ? `${name} <${email}>` : name
  return (kinds.length === 0 ? ['author'] : kinds).flatMap((kind): string[] => {
    if (kind === 'author') return [shown(commit.author)]
    if (kind === 'committer') return [shown(commit.committer)]
    const trailer = /^trailer:(.+)$/.exec(kind)?.[1]?.toLowerCase()
    if (trailer !== undefined)
      return trailersOf(commit.message).flatMap(([key, value]) =>
        key.toLowerCase() === trailer ? [value.includes('<') ? shown(parsePerson(value)) : value] : [],
      )
    const format = kind.replace(/^format:/, '')
    if (format === kind && !kind.includes('%')) return fatal(`unknown group type: ${kind}`)
    const style = logPlan(git, gitArgs([], LOG_OPTIONS), undefined).style
    return [expandFormat(format, commit, style)]
  })
}

/** What `git log` wrote into the pipe. */
function* fromLog(text: string, args: GitArgs): Generator<readonly [name: string, text: string]> {
  const head = compilePattern(args.has('committer') ? '^(Commit|committer): *(.*)$' : '^(Author|author):? *(.*)$', { dialect: 'ere' })
  let who: string | undefined
  for (const line of text.split('\n')) {
    const match = head.exec(line)
    if (match !== undefined) {
      const { name, email } = parsePerson(match.group(2) ?? '')
      who = args.has('email') ? `${name} <${email}>` : name
    } else if (who !== undefined && line.startsWith('    ')) {
      yield [who, line.trim().replace(/^\[PATCH[^\]]*\]\s*/, '')]
      who = undefined
    }
  }
}

function print(git: Git, args: GitArgs, groups: ReadonlyMap<string, readonly string[]>): void {
  let all = [...groups].toSorted(([a], [b]) => byteOrder(a, b))
  if (args.has('numbered')) all = all.toSorted(([, a], [, b]) => b.length - a.length)
  for (const [name, list] of all) {
    if (args.has('summary')) git.print(`${String(list.length).padStart(6)}\t${name}\n`)
    else {
      git.print(`${name} (${list.length}):\n`)
      for (const one of list.toReversed()) git.print(`${wrapped(`      ${one}`, args)}\n`)
      git.print('\n')
    }
  }
}

function wrapped(text: string, args: GitArgs): string {
  if (!args.has('w')) return text
  const [width = 76, first = 6, rest = 9] = (args.value('w') ?? '').split(',').map((part) => (part === '' ? undefined : Number(part)))
  return wrapText(text, { width, first, rest })
}
