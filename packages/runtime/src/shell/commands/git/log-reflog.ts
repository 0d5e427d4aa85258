import { formatDate } from './git-date'
import type { Git } from './git-call'
import type { GitArgs } from './args'
import { fatal } from './git-error'
import type { Walked } from './rev-list'

interface Place {
  /** As it is shown before `@{`. */
  readonly name: string
  readonly full: string
  readonly skip: number
  readonly isDated: boolean
  /** `@{2}` stood behind the name. */
  readonly isCounted: boolean
}

/** What a word names the log of. @throws GitError */
function placeOf(git: Git, word: string): Place {
  const match = /^(.*)@\{([^}]*)\}$/s.exec(word)
  const typed = match === null ? word : (match[1] ?? '')
  const name = typed === '' ? (git.repo.refs.target('HEAD') ?? 'HEAD') : typed === '@' ? 'HEAD' : typed
  const full = name === 'HEAD' || git.repo.refs.hasLog(name) ? name : git.revisions.fullRef(name)
  if (full === undefined) {
    if (git.revisions.find(name) !== undefined) return { name, full: '', skip: 0, isDated: false, isCounted: false }
    return fatal(
      `ambiguous argument '${word}': unknown revision or path not in the working tree.\nUse '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'`,
    )
  }
  const shown = full.startsWith('refs/remotes/') ? full : name
  const inner = match?.[2] ?? ''
  if (match === null || /^\d+$/.test(inner)) return { name: shown, full, skip: Number(inner), isDated: false, isCounted: match !== null }
  const oid = git.revisions.find(word)
  const at = git.repo.refs
    .reflog(full)
    .toReversed()
    .findIndex((entry) => entry.to === oid)
  return { name: shown, full, skip: Math.max(0, at), isDated: true, isCounted: false }
}

interface Entry extends Walked {
  readonly time: number
}

/** The commits that refs were at, the newest first. @param words what was named; nothing: HEAD */
export function* reflogWalked(git: Git, args: GitArgs, words: readonly string[]): Generator<Walked> {
  if (args.has('reverse')) fatal("options '--reverse' and '--walk-reflogs' cannot be used together")
  const { refs } = git.repo
  const all = args.has('all') ? [...refs.list('refs/').map(([name]) => name), 'HEAD'].filter((name) => refs.hasLog(name)) : []
  const named = words.length + all.length === 0 ? ['HEAD'] : [...words, ...all]
  const logs = named.map((word) => entriesOf(git, args, word))
  for (;;) {
    const next = logs.reduce<readonly Entry[]>((best, log) => ((log[0]?.time ?? -1) > (best[0]?.time ?? -1) ? log : best), [])
    const [one] = next
    if (one === undefined) return
    yield one
    logs[logs.indexOf(next)] = next.slice(1)
  }
}

function entriesOf(git: Git, args: GitArgs, word: string): readonly Entry[] {
  if (word.startsWith('^') || word.includes('..')) fatal(`cannot walk reflogs for ${word.replace(/^\^/, '').replace(/\.\..*$/, '')}`)
  const { refs, objects } = git.repo
  const place = placeOf(git, word)
  const isDated = place.isDated || (!place.isCounted && args.has('date'))
  const mode = args.value('date') ?? git.config.get('log.date') ?? 'default'
  return refs
    .reflog(place.full)
    .toReversed()
    .flatMap((entry, i): Entry[] => {
      const oid = i >= place.skip && objects.has(entry.to) ? git.revisions.peel(entry.to, 'commit') : undefined
      if (oid === undefined) return []
      const at = isDated ? formatDate(entry.who, { mode, now: git.now, tz: git.zone }) : String(i)
      const short = place.name.replace(/^refs\/(heads\/|tags\/|remotes\/)?/, '')
      const reflog = { selector: `${place.name}@{${at}}`, short: `${short}@{${at}}`, message: entry.message, who: entry.who }
      return [{ commit: objects.commit(oid), parents: [], reflog, time: entry.who.time }]
    })
}
