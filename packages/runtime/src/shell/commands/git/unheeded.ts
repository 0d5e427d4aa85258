import { textOf } from '../../text'
import type { Git } from './git-call'

const WRITERS = [
  'add',
  'am',
  'apply',
  'checkout',
  'cherry-pick',
  'commit',
  'merge',
  'rebase',
  'reset',
  'restore',
  'revert',
  'stash',
  'switch',
  'worktree',
]
const SHOWERS = ['diff', 'format-patch', 'log', 'show']
const NAMERS = ['blame', 'log', 'shortlog', 'show']

/** A filter of contents counts where the person has set one up. */
function filters(git: Git, rules: string): boolean {
  return [...rules.matchAll(/\sfilter=(\S+)/g)].some(
    ([, name]) => git.config.get(`filter.${name ?? ''}.clean`) !== undefined || git.config.get(`filter.${name ?? ''}.smudge`) !== undefined,
  )
}

/** Hooks that the real git runs at every turn, or for servers. */
const NOT_RUN = ['fsmonitor-watchman', 'post-index-change', 'pre-auto-gc', 'reference-transaction', 'sendemail-validate']

function hooksNotRun(git: Git, command: string): string {
  const folder = git.files.find(`${git.repo.commonDir}/hooks`)
  if (!WRITERS.includes(command) || folder?.type !== 'folder') return ''
  const found = NOT_RUN.filter((name) => {
    const node = folder.children.get(name)
    return node?.type === 'link' || (node?.type === 'file' && (node.mode & 0o100) !== 0)
  })
  return found.length === 0 ? '' : `warning: hooks are not run in this sandbox: ${found.join(', ')}\n`
}

/** Says which files of the working tree would change what a command does, and are not read here. */
export function unheeded(git: Git, command: string): string {
  const root = git.find()?.worktree
  if (root === undefined) return ''
  const file = git.files.find(`${root}/.gitattributes`)
  const rules = file?.type === 'file' ? textOf(file.bytes).replace(/^\s*#.*$/gm, '') : ''
  const matters =
    (WRITERS.includes(command) && /\s(ident\b|working-tree-encoding=)/.test(rules)) ||
    (SHOWERS.includes(command) &&
      /\sdiff=(ada|bash|bibtex|cpp|csharp|css|dts|elixir|fortran|fountain|golang|html|java|kotlin|markdown|matlab|objc|pascal|perl|php|python|ruby|rust|scheme|tex)\b/.test(
        rules,
      )) ||
    (WRITERS.includes(command) && filters(git, rules))
  const out = `${hooksNotRun(git, command)}${matters ? 'warning: .gitattributes is not heeded in this sandbox\n' : ''}`
  return NAMERS.includes(command) && git.files.find(`${root}/.mailmap`)?.type === 'file'
    ? `${out}warning: .mailmap is not heeded in this sandbox\n`
    : out
}
