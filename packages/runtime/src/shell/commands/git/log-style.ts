import type { GitArgs } from './args'
import { ancestorsOf } from './commit-graph'
import { decorationsOf } from './decorations'
import { isColored } from './diff/patch-style'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { shownNotes } from './notes-read'
import { customFormat, type PrettyStyle } from './pretty'
import type { RevisionSet } from './rev-args'

/** How commits are shown, from options and settings. */
export function logStyle(git: Git, args: GitArgs, set: RevisionSet): PrettyStyle {
  const { objects } = git.repo
  const last = args.last('oneline', 'format', 'pretty')
  const named =
    last === 'format'
      ? (args.value('format') ?? '')
      : last === 'pretty'
        ? (args.value('pretty') ?? 'medium')
        : (git.config.get('format.pretty') ?? 'medium')
  const alias = git.config.get(`pretty.${named}`) ?? named
  const format =
    last === 'oneline'
      ? 'oneline'
      : last === 'format' && alias !== '' && !/[%:]/.test(alias) && !isBuiltin(alias)
        ? fatal(`invalid --pretty format: ${alias}`)
        : alias
  if (customFormat(format) === undefined && !isBuiltin(format)) fatal(`invalid --pretty format: ${format}`)
  const isShort = last === 'oneline' || args.has('abbrev-commit') || git.config.bool('log.abbrevcommit') === true
  const hasMarks = args.has('left-right')
  const sides = hasMarks ? { left: ancestorsOf(objects, set.left) } : undefined
  const decorate = decorateMode(git, args, format)
  const names = decorate === 'no' && !/%[-+ ]?[dD]/.test(format) ? () => [] : decorationsOf(git, decorate === 'full')
  return {
    format: format === 'tformat' ? 'medium' : format,
    dateMode:
      args.value('date') ??
      (args.has('relative-date') ? 'relative' : format === 'reference' ? 'short' : (git.config.get('log.date') ?? 'default')),
    now: git.now,
    tz: git.zone,
    isColored: isColored(git, args, 'diff'),
    isOnline: isShort,
    hasFullOids: !isShort || args.last('abbrev-commit', 'no-abbrev-commit') === 'no-abbrev-commit',
    decorations: names,
    abbreviate: (oid) => objects.abbreviate(oid, Number(args.value('abbrev') ?? git.config.get('core.abbrev') ?? 7) || 7),
    mark: (oid) => (sides === undefined ? '' : sides.left.has(oid) ? '<' : '>'),
    tag: () => undefined,
    notes: shownNotes(git, args, format),
  }
}

function isBuiltin(format: string): boolean {
  return ['oneline', 'short', 'medium', 'full', 'fuller', 'reference', 'email', 'mboxrd', 'raw'].includes(format)
}

function decorateMode(git: Git, args: GitArgs, format: string): 'no' | 'short' | 'full' {
  if (args.last('decorate', 'no-decorate') === 'no-decorate') return 'no'
  const value = args.has('decorate') ? (args.value('decorate') ?? 'short') : (git.config.get('log.decorate') ?? 'auto')
  if (value === 'short' || value === 'full' || value === 'no') return value
  if (value === 'auto') return git.isTerminal && format !== 'raw' ? 'short' : 'no'
  return ['true', 'yes', '1'].includes(value) ? 'short' : 'no'
}
