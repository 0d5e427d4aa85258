import { assertNever, type ChangedBy, type HistoryPoint, type RestoreOptions, type RestorePlan } from '@tabwright/protocol'
import { plural, t } from '../language'

/** What is brought back. */
export type RestoreScope = RestoreOptions['scope']

/** What a restore of files would do to one of them. */
export interface PlannedFile {
  readonly path: string
  readonly action: 'write' | 'delete'
  /** Who changed it since the agent did: then the person says what becomes of it. */
  readonly askedOf: ChangedBy | undefined
  /** The content of then is not there any more. */
  readonly missing: boolean
}

/** The plan, file by file; nothing of it where only the conversation goes back. */
export function plannedFiles({ changes, asks, missing }: Pick<RestorePlan, 'changes' | 'asks' | 'missing'>): readonly PlannedFile[] {
  return changes.map(({ path, status }) => ({
    path,
    action: status === 'deleted' ? 'delete' : 'write',
    askedOf: asks.find((ask) => ask.path === path)?.by,
    missing: missing.includes(path),
  }))
}

/** What a point is called: `Before “Fix the test”`, `Before $ npm test`. */
export function pointTitle({ cause, label }: Pick<HistoryPoint, 'cause' | 'label'>): string {
  switch (cause) {
    case 'turn':
      return t('Before “{label}”', { label })
    case 'shell':
      return t('Before $ {label}', { label })
    case 'named':
      return label
    case 'restore':
      return label === '' ? t('Before a restore') : label
    default:
      return assertNever(cause)
  }
}

/**
 * The point on show: the one that was picked, else the last one before a message, else the newest.
 * @param points newest first
 */
export function chosenPoint(
  points: readonly HistoryPoint[],
  { chosen, before }: { readonly chosen: number | undefined; readonly before: number | undefined },
): HistoryPoint | undefined {
  const picked = points.find((point) => point.seq === chosen)
  if (picked !== undefined || before === undefined) return picked ?? points[0]
  return points.find((point) => point.isBorder && !point.isHidden && point.seq < before) ?? points[0]
}

/** Files that somebody else changed stay as they are until the person says otherwise. */
export function keptByDefault(files: readonly PlannedFile[]): ReadonlySet<string> {
  return new Set(files.filter((file) => file.askedOf !== undefined || file.missing).map((file) => file.path))
}

/** How many files a plan touches when those in `kept` stay. */
export function touched(files: readonly PlannedFile[], kept: ReadonlySet<string>): number {
  return files.filter((file) => !kept.has(file.path)).length
}

/** `Restore 6 files and the conversation`: what the button will do, in words. */
export function confirmText(scope: RestoreScope, files: number): string {
  switch (scope) {
    case 'code':
      return files === 0 ? t('Nothing to restore') : t('Restore {files}', { files: plural(files, 'file') })
    case 'conversation':
      return t('Restore the conversation')
    case 'both':
      return files === 0 ? t('Restore the conversation') : t('Restore {files} and the conversation', { files: plural(files, 'file') })
    default:
      return assertNever(scope)
  }
}

/** `Restored to 14:02 · 6 files`: what was done, for the strip that offers to undo it. */
export function restoredText(when: string, scope: RestoreScope, files: number): string {
  switch (scope) {
    case 'code':
      return t('Restored to {when} · {files}', { when, files: plural(files, 'file') })
    case 'conversation':
      return t('Restored to {when} · conversation', { when })
    case 'both':
      return t('Restored to {when} · conversation and {files}', { when, files: plural(files, 'file') })
    default:
      return assertNever(scope)
  }
}

/** Who changed a file since, for the person who decides about it. */
export function changedByText(by: ChangedBy): string {
  switch (by) {
    case 'user':
      return t('edited by you since')
    case 'terminal':
      return t('changed from the terminal since')
    case 'review':
      return t('changed by your review since')
    case 'restore':
      return t('changed by a restore since')
    case 'agent':
    case 'seed':
    case 'import':
      return t('changed by someone else since')
    default:
      return assertNever(by)
  }
}
