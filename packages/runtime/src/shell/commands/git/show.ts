import { gitArgs, unrecognized } from './args'
import { LOG_OPTIONS, LogPrinter, logPlan } from './log'
import { textOf } from '../../text'
import { formatDate } from './git-date'
import type { Git } from './git-call'
import { fatal, notImplemented } from './git-error'
import type { Person } from './objects'
import type { PrettyStyle } from './pretty'
import { revisionsThenPaths } from './rev-args'
import { walk } from './rev-list'

/** `git show`. */
export async function show(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, LOG_OPTIONS, { numeric: 'max-count', unknown: unrecognized })
  if (args.has('L')) notImplemented('option -L of show')
  const { revisions, paths } = revisionsThenPaths(git, args)
  const names = revisions.length === 0 ? ['HEAD'] : revisions
  const shown = new Set<string>()
  let isFirst = true
  for (const name of names) {
    const list = name.includes('..') ? rangeOf(git, name) : [name]
    for (const one of list) {
      await showOne(git, one, { words: [...optionWords(words, revisions, paths), one, '--', ...paths], isFirst, shown })
      isFirst = false
      await git.breathe()
    }
  }
  return 0
}

function rangeOf(git: Git, text: string): string[] {
  const [from = '', to = ''] = text.split(/\.\.\.?/)
  const plan = { order: 'default' as const, isFirstParent: false, tick: () => git.call.tick() }
  const oid = (name: string): string => git.revisions.commit(name === '' ? 'HEAD' : name).oid
  return [...walk(git.repo.objects, { include: [oid(to)], exclude: [oid(from)], ...plan })].map(({ commit }) => commit.oid)
}

/** The words without revisions and paths. */
function optionWords(words: readonly string[], revisions: readonly string[], paths: readonly string[]): string[] {
  const rest = [...revisions, ...paths]
  return words.filter((word) => {
    if (word === '--') return false
    const at = rest.indexOf(word)
    if (at < 0) return true
    rest.splice(at, 1)
    return false
  })
}

interface Showing {
  readonly words: readonly string[]
  readonly isFirst: boolean
  /** Commits that were shown. */
  readonly shown: Set<string>
}

async function showOne(git: Git, name: string, how: Showing): Promise<void> {
  const { objects } = git.repo
  const oid = git.revisions.resolve(name)
  const object = objects.find(oid) ?? fatal(`bad object ${name}`)
  if (object.type === 'blob') return git.print(textOf(object.bytes))
  if (object.type === 'tree') {
    git.print(
      `${how.isFirst ? '' : '\n'}tree ${name}\n\n${objects
        .tree(oid)
        .map((entry) => `${entry.name}${entry.mode === 0o40000 ? '/' : ''}\n`)
        .join('')}`,
    )
    return
  }
  const args = gitArgs(how.words, LOG_OPTIONS, { numeric: 'max-count' })
  const plan = logPlan(git, args, 'patch')
  if (object.type === 'tag') {
    const tag = objects.tag(oid)
    const who = tag.tagger === undefined ? '' : taggerLines(git, tag.tagger, plan.style)
    git.print(`${how.isFirst ? '' : '\n'}tag ${tag.tag}\n${who}\n${tag.message}`)
    const words = how.words.map((word) => (word === name ? tag.object : word))
    return showOne(git, tag.object, { ...how, words, isFirst: false })
  }
  // As in one walk: a commit that was shown is not shown again.
  if (how.shown.has(oid)) return undefined
  how.shown.add(oid)
  const commit = objects.commit(oid)
  const isOneline = plan.style.format === 'oneline' || plan.style.format.includes('%')
  if (!how.isFirst && !isOneline) git.print('\n')
  const printer = new LogPrinter(git, plan)
  printer.commit({ commit, parents: commit.parents })
  return Promise.resolve()
}

/** Who made a tag, and when, as each format says it. */
function taggerLines(git: Git, tagger: Person, { format, dateMode }: PrettyStyle): string {
  if (format === 'oneline') return ''
  const who = `${tagger.name} <${tagger.email}>\n`
  const when = (): string => `${formatDate(tagger, { mode: dateMode, now: git.now, tz: git.zone })}\n`
  if (format === 'fuller') return `Tagger:     ${who}TaggerDate: ${when()}`
  return format === 'medium' ? `Tagger: ${who}Date:   ${when()}` : `Tagger: ${who}`
}
