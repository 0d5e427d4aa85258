import type { GitArgs } from '../args'
import type { Git } from '../git-call'
import { modeText } from '../objects'
import { NULL_OID } from '../oid'
import { quotePath } from '../quote-path'
import { dirstatStyle, dirstatText, type DirstatStyle } from './dirstat'
import { pathOf, reversed, type FileChange, type FileSide } from './file-change'
import { patchText, type PatchStyle } from './patch'
import { patchStyle } from './patch-style'
import { pickaxeOf } from './pickaxe'
import { withRenames, type RenameStyle } from './renames'
import { numstatText, statOf, statText, summaryLine, summaryText, type FileStat } from './stat'

/** Options of everything that shows differences; see `gitArgs`. */
export const DIFF_OPTIONS =
  'p,patch,u s,no-patch U,unified= stat? numstat shortstat summary name-only name-status raw z M,find-renames? C,find-copies? ' +
  'find-copies-harder renames diff-filter= R exit-code w,ignore-all-space b,ignore-space-change ignore-space-at-eol ignore-cr-at-eol ' +
  'ignore-blank-lines color? word-diff? word-diff-regex= color-words? full-index abbrev? binary src-prefix= dst-prefix= no-prefix check ' +
  'W,function-context a,text minimal histogram patience anchored= diff-algorithm= compact-summary X,dirstat? cumulative dirstat-by-file? ' +
  'I,ignore-matching-lines= inter-hunk-context= ext-diff ' +
  'textconv !submodule? relative? stat-width= stat-name-width= stat-count= !O= S= G= pickaxe-all pickaxe-regex patch-with-stat indent-heuristic ' +
  '!color-moved? l= !D,irreversible-delete !B,break-rewrites? output= ws-error-highlight= ita-invisible-in-index line-prefix= !default-prefix'

type Format = 'patch' | 'stat' | 'numstat' | 'shortstat' | 'dirstat' | 'summary' | 'name-only' | 'name-status' | 'raw'

/** How differences are shown. */
export interface DiffPlan {
  readonly formats: readonly Format[]
  readonly patch: PatchStyle
  readonly renames: RenameStyle | undefined
  readonly filter: string
  readonly isReversed: boolean
  readonly isNul: boolean
  readonly isCheck: boolean
  readonly relative: string
  readonly stat: {
    readonly width: number
    readonly name?: number | undefined
    readonly count?: number | undefined
    readonly isCompact?: boolean
  }
  readonly dirstat: DirstatStyle | undefined
  /** Stands before every line. */
  readonly linePrefix: string
  readonly pickaxe: ((change: FileChange) => boolean) | undefined
  readonly pickaxeAll: boolean
  abbreviate(oid: string): string
}

const FORMATS: readonly Format[] = ['raw', 'stat', 'numstat', 'shortstat', 'summary', 'name-only', 'name-status']

/** Reads how differences are shown; `--output` holds from here on. @param usual the format when none is asked for */
export function diffPlan(git: Git, args: GitArgs, usual: Format | undefined): DiffPlan {
  const output = args.value('output')
  if (output !== undefined) git.printInto(output)
  const formats: Format[] = FORMATS.filter((format) => args.has(format))
  const isWord = ['word-diff', 'word-diff-regex', 'color-words'].some((key) => args.has(key))
  if (args.has('patch-with-stat') || (args.has('compact-summary') && !formats.includes('stat'))) formats.push('stat')
  const dirstat = dirstatStyle(git, args)
  if (dirstat !== undefined) formats.push('dirstat')
  const wantsPatch = args.has('binary') || args.has('patch') || args.has('unified') || isWord || args.has('patch-with-stat')
  const isSilenced = args.last('patch', 'no-patch', 'unified') === 'no-patch'
  if (wantsPatch && !isSilenced) formats.push('patch')
  if (formats.length === 0 && !isSilenced && usual !== undefined) formats.push(usual)
  const length = args.has('full-index') ? 40 : abbreviationOf(git, args)
  const abbreviate = (oid: string): string =>
    oid === NULL_OID ? oid.slice(0, length ?? 7) : length === 40 ? oid : git.repo.objects.abbreviate(oid, length)
  return {
    formats,
    patch: patchStyle(git, args, git.find() === undefined ? (oid) => oid.slice(0, 7) : abbreviate),
    renames: renameStyle(git, args),
    filter: args.value('diff-filter') ?? '',
    isReversed: args.has('R'),
    isNul: args.has('z'),
    isCheck: args.has('check'),
    relative: args.has('relative') ? (args.value('relative') ?? git.prefix) : '',
    stat: { ...statWidths(args, git), isCompact: args.has('compact-summary') },
    dirstat,
    linePrefix: args.value('line-prefix') ?? '',
    pickaxe: pickaxeOf(args),
    pickaxeAll: args.has('pickaxe-all'),
    abbreviate,
  }
}

function abbreviationOf(git: Git, args: GitArgs): number | undefined {
  const value = args.value('abbrev') ?? git.config.get('core.abbrev')
  return value === undefined || value === 'auto' ? undefined : Math.max(4, Number(value))
}

function statWidths(args: GitArgs, git: Git): DiffPlan['stat'] {
  const [width, name, count] = (args.value('stat') ?? '').split(',').map((part) => (part === '' ? undefined : Number(part)))
  const named = (key: string): number | undefined => (args.has(key) ? Number(args.value(key)) : undefined)
  const columns = git.isTerminal ? Number(git.env.get('COLUMNS') ?? 80) : 80
  return { width: named('stat-width') ?? width ?? columns, name: named('stat-name-width') ?? name, count: named('stat-count') ?? count }
}

function renameStyle(git: Git, args: GitArgs): RenameStyle | undefined {
  const setting = git.config.get('diff.renames') ?? 'true'
  const given = args.last('find-renames', 'find-copies', 'find-copies-harder', 'renames', 'no-renames')
  if (given === 'no-renames') return undefined
  if (given === undefined && ['false', 'no', '0', 'off'].includes(setting)) return undefined
  const isHarder = args.has('find-copies-harder') || args.count('find-copies') > 1
  const copies = args.has('find-copies') || args.has('find-copies-harder') || (given === undefined && setting.startsWith('cop'))
  const value = args.value('find-copies') ?? args.value('find-renames')
  return {
    least: value === undefined ? 50 : percentOf(value),
    copies: isHarder ? 'all' : copies ? 'changed' : 'no',
    limit: Number(args.value('l') ?? 1000) || 1_000_000,
  }
}

function percentOf(text: string): number {
  if (text.endsWith('%')) return Math.min(100, Number(text.slice(0, -1)))
  return /^\d+$/.test(text) ? Number(`0.${text}`) * 100 : Number(text) * 100
}

/** Files of the old side, where copies are looked for in all of them. */
export type OldFiles = () => readonly FileSide[]

/** Renames found, filters heeded. */
export function selected(changes: readonly FileChange[], plan: DiffPlan, oldFiles: OldFiles = () => []): FileChange[] {
  let list = plan.isReversed ? changes.map(reversed) : [...changes]
  if (plan.relative !== '')
    list = list.filter((change) => pathOf(change).startsWith(plan.relative)).map((change) => trimmed(change, plan.relative))
  if (plan.renames !== undefined) list = withRenames(list, plan.renames, unchanged(list, plan, oldFiles))
  const wanted = [...plan.filter].filter((letter) => letter === letter.toUpperCase()).join('')
  const unwanted = [...plan.filter]
    .filter((letter) => letter !== letter.toUpperCase())
    .join('')
    .toUpperCase()
  if (plan.filter !== '') list = list.filter(({ status }) => (wanted === '' || wanted.includes(status)) && !unwanted.includes(status))
  const { pickaxe } = plan
  if (pickaxe === undefined) return list
  return plan.pickaxeAll && list.some(pickaxe) ? list : list.filter(pickaxe)
}

function unchanged(list: readonly FileChange[], plan: DiffPlan, oldFiles: OldFiles): readonly FileSide[] {
  if (plan.renames?.copies !== 'all' || !list.some(({ status }) => status === 'A')) return []
  const changed = new Set(list.flatMap(({ old }) => old?.path ?? []))
  return oldFiles().filter(({ path }) => !changed.has(path))
}

function trimmed(change: FileChange, prefix: string): FileChange {
  const cut = <T extends { readonly path: string } | undefined>(side: T): T =>
    side === undefined ? side : { ...side, path: side.path.slice(prefix.length) }
  return { ...change, old: cut(change.old), fresh: cut(change.fresh) }
}

/** The differences as text. */
export function shownChanges(changes: readonly FileChange[], plan: DiffPlan): string {
  const text = shownPlain(changes, plan)
  return plan.linePrefix === '' ? text : text.replace(/^(?!$(?![^]))/gm, plan.linePrefix)
}

/** Whether a change is one beside what is to be ignored. */
export function isRealChange(change: FileChange, { patch }: DiffPlan): boolean {
  if (patch.space === undefined && patch.ignores === undefined) return true
  return patchText(change, patch) !== ''
}

function shownPlain(changes: readonly FileChange[], plan: DiffPlan): string {
  const { formats } = plan
  let out = ''
  const stats = formats.some((format) => ['stat', 'numstat', 'shortstat'].includes(format)) ? statsOf(changes, plan) : []
  if (formats.includes('raw')) out += changes.map((change) => rawLine(change, plan)).join('')
  if (formats.includes('numstat')) out += numstatText(stats, plan.isNul)
  if (formats.includes('stat')) out += statText(stats, { ...plan.stat, isColored: plan.patch.isColored })
  if (formats.includes('shortstat') && stats.length > 0) out += summaryLine(stats)
  if (plan.dirstat !== undefined && formats.includes('dirstat')) out += dirstatText(changes, plan.dirstat, plan.patch)
  if (formats.includes('summary')) out += summaryText(changes)
  if (formats.includes('name-only')) out += changes.map((change) => nameLine(newName(change), plan)).join('')
  if (formats.includes('name-status')) out += changes.map((change) => statusLine(change, plan)).join('')
  if (formats.includes('patch')) {
    const patches = changes.map((change) => patchText(change, plan.patch)).join('')
    if (out !== '' && patches !== '') out += '\n'
    out += patches
  }
  return out
}

/** A change of nothing but what is to be ignored is none. */
function statsOf(changes: readonly FileChange[], { patch }: DiffPlan): readonly FileStat[] {
  const isNothing = ({ change: { status, old, fresh }, added, removed, isBinary }: FileStat): boolean =>
    status === 'M' && added + removed === 0 && !isBinary && old?.mode === fresh?.mode
  return changes.map((change) => statOf(change, patch)).filter((stat) => !isNothing(stat))
}

/** The name on the new side, also where nothing is there. */
function newName(change: FileChange): string {
  return change.isAnywhere ? (change.fresh?.path ?? '/dev/null') : pathOf(change)
}

/** The name on the old side, where there is one. */
function oldName(change: FileChange): string {
  return change.isAnywhere ? (change.old?.path ?? change.fresh?.path ?? '') : pathOf(change)
}

function nameLine(path: string, plan: DiffPlan): string {
  return plan.isNul ? `${path}\0` : `${quotePath(path)}\n`
}

function statusLetter({ status, score }: FileChange): string {
  return status === 'R' || status === 'C' ? `${status}${String(score ?? 0).padStart(3, '0')}` : status
}

function statusLine(change: FileChange, plan: DiffPlan): string {
  const both = change.status === 'R' || change.status === 'C'
  const paths = both ? [change.old?.path ?? '', change.fresh?.path ?? ''] : [oldName(change)]
  if (plan.isNul) return `${statusLetter(change)}\0${paths.map((path) => `${path}\0`).join('')}`
  return `${[statusLetter(change), ...paths.map((path) => quotePath(path))].join('\t')}\n`
}

function rawLine(change: FileChange, plan: DiffPlan): string {
  const { old, fresh } = change
  const both = change.status === 'R' || change.status === 'C'
  const paths = both ? [old?.path ?? '', fresh?.path ?? ''] : [oldName(change)]
  const oids = [old, fresh].map((side) => plan.abbreviate(side?.oid ?? NULL_OID)).join(' ')
  const head = `:${modeText(old?.mode ?? 0)} ${modeText(fresh?.mode ?? 0)} ${oids} ${statusLetter(change)}`
  return plan.isNul
    ? `${head}\0${paths.map((path) => `${path}\0`).join('')}`
    : `${head}\t${paths.map((path) => quotePath(path)).join('\t')}\n`
}
