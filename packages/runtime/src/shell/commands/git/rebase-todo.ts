import { GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { type Commit, subjectOf } from './objects'

/** What a line of a rebase's list does. */
export type TodoCommand = 'pick' | 'reword' | 'edit' | 'squash' | 'fixup' | 'exec' | 'break' | 'drop' | 'noop'

/** One line of the list. */
export interface TodoItem {
  readonly command: TodoCommand
  /** Of a command that is about a commit. */
  readonly oid: string
  /** The subject, or what is run. */
  readonly text: string
}

const LETTERS: Readonly<Record<string, TodoCommand>> = {
  p: 'pick',
  r: 'reword',
  e: 'edit',
  s: 'squash',
  f: 'fixup',
  x: 'exec',
  b: 'break',
  d: 'drop',
}
const COMMANDS: readonly TodoCommand[] = ['pick', 'reword', 'edit', 'squash', 'fixup', 'exec', 'break', 'drop', 'noop']
const FOREIGN = ['label', 'l', 'reset', 't', 'merge', 'm', 'update-ref', 'u']

const HELP = `#
# Commands:
# p, pick <commit> = use commit
# r, reword <commit> = use commit, but edit the commit message
# e, edit <commit> = use commit, but stop for amending
# s, squash <commit> = use commit, but meld into previous commit
# f, fixup [-C | -c] <commit> = like "squash" but keep only the previous
#                    commit's log message, unless -C is used, in which case
#                    keep only this commit's message; -c is same as -C but
#                    opens the editor
# x, exec <command> = run command (the rest of the line) using shell
# b, break = stop here (continue rebase later with 'git rebase --continue')
# d, drop <commit> = remove commit
# l, label <label> = label current HEAD with a name
# t, reset <label> = reset HEAD to a label
# m, merge [-C <commit> | -c <commit>] <label> [# <oneline>]
#         create a merge commit using the original merge commit's
#         message (or the oneline, if no original merge commit was
#         specified); use -c <commit> to reword the commit message
# u, update-ref <ref> = track a placeholder for the <ref> to be updated
#                       to this position in the new commits. The <ref> is
#                       updated at the end of the rebase
#
# These lines can be re-ordered; they are executed from top to bottom.
#
# If you remove a line here THAT COMMIT WILL BE LOST.
#
`

/** What stands below the list when it is edited. */
export function todoHelp(range: string | undefined): string {
  if (range !== undefined) return `\n# ${range}\n${HELP}# However, if you remove everything, the rebase will be aborted.\n#\n`
  return `\n${HELP}# You are editing the todo file of an ongoing interactive rebase.\n# To continue rebase after editing, run:\n#     git rebase --continue\n#\n`
}

/** The list as lines. @param shorten how names of commits are written */
export function todoText(list: readonly TodoItem[], shorten: (oid: string) => string = (oid) => oid): string {
  return list
    .map(({ command, oid, text }) => `${[command, oid === '' ? '' : shorten(oid), text].filter((part) => part !== '').join(' ')}\n`)
    .join('')
}

export function pickOf(commit: Commit): TodoItem {
  return { command: 'pick', oid: commit.oid, text: subjectOf(commit.message) }
}

/** Reads a list. @throws GitError for a line that is none */
export function parseTodo(git: Git, text: string): TodoItem[] {
  const faults: string[] = []
  const out: TodoItem[] = []
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const item = itemOf(git, line)
    if (item === undefined) faults.push(`error: invalid line ${i + 1}: ${line}`)
    else if ((item.command === 'squash' || item.command === 'fixup') && !out.some(({ oid }) => oid !== ''))
      faults.push(`error: cannot '${item.command}' without a previous commit`)
    else out.push(item)
  }
  if (faults.length > 0) throw new GitError(faults.join('\n'), { kind: 'plain', code: 1 })
  return out
}

function itemOf(git: Git, line: string): TodoItem | undefined {
  const [word = ''] = line.split(/\s+/)
  if (FOREIGN.includes(word)) return notImplemented(`${word} in the list of a rebase`)
  const command = LETTERS[word] ?? COMMANDS.find((name) => name === word)
  if (command === undefined) return undefined
  const rest = line.slice(word.length).trim()
  if (command === 'break' || command === 'noop') return rest === '' ? { command, oid: '', text: '' } : undefined
  if (command === 'exec') return rest === '' ? undefined : { command, oid: '', text: rest }
  if (rest.startsWith('-')) return notImplemented('an option of a line in the list of a rebase')
  const [name = ''] = rest.split(/\s+/)
  const found = git.revisions.find(name)
  const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
  return oid === undefined ? undefined : { command, oid, text: rest.slice(name.length).trim() }
}

/** Puts `fixup!` and `squash!` behind the commits that they are for. */
export function autosquashed(list: readonly TodoItem[]): TodoItem[] {
  const groups: { readonly head: TodoItem; readonly rest: TodoItem[] }[] = []
  for (const item of list) {
    const match = /^((?:(?:fixup|squash|amend)! )+)(.*)$/.exec(item.text)
    const wanted = match?.[2] ?? ''
    const target =
      match === null
        ? undefined
        : (groups.find(({ head }) => head.text === wanted) ??
          groups.find(({ head }) => /^[0-9a-f]{4,40}$/.test(wanted) && head.oid.startsWith(wanted)) ??
          groups.find(({ head }) => head.text.startsWith(wanted)))
    if (target === undefined) {
      groups.push({ head: item, rest: [] })
      continue
    }
    if (item.text.startsWith('amend!')) notImplemented('amend! in a rebase')
    target.rest.push({ ...item, command: item.text.startsWith('fixup!') ? 'fixup' : 'squash' })
  }
  return groups.flatMap(({ head, rest }) => [head, ...rest])
}

/** Runs commands behind every commit and what is melded into it. */
export function withCommands(list: readonly TodoItem[], commands: readonly string[]): TodoItem[] {
  const lines = commands.map((text): TodoItem => ({ command: 'exec', oid: '', text }))
  return list.flatMap((item, i) => {
    const next = list[i + 1]?.command
    return next === 'fixup' || next === 'squash' || item.oid === '' ? [item] : [item, ...lines]
  })
}
