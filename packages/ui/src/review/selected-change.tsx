import { failureOf, type ConflictChoice, type FileReview, type Hunk, type RefusedName } from '@tabwright/protocol'
import { type JSX, type RefObject, useCallback, useEffect, useMemo, useState } from 'react'
import type { ChangeSource } from './change-source'
import { undecided } from './change-view'
import { CommentField } from './comments'
import { ConflictPane } from './conflict-pane'
import { DiffPane } from './diff-pane'
import { imageKind } from './image-kind'
import { ImagePreview } from './image-preview'
import type { LineComment } from './line-comment'
import { PartBar } from './part-bar'
import { partAt } from './part-place'
import { Refusals } from './refusals'
import { useChange } from './use-change'

export interface SelectedChangeProps {
  readonly source: ChangeSource
  readonly review: FileReview
  readonly split: boolean
  readonly locked: boolean
  /** Keys count anywhere in it. */
  readonly pane: RefObject<HTMLElement | null>
  readonly onProblem: (problem: string | undefined) => void
  readonly onComment: (comment: LineComment, sendsAll: boolean) => void
  readonly onSendComments: () => void
}

type PartKey = 'KeyJ' | 'KeyK' | 'KeyY' | 'KeyN' | 'KeyC' | 'Send'
const PART_KEYS: ReadonlySet<string> = new Set<PartKey>(['KeyJ', 'KeyK', 'KeyY', 'KeyN'])

const NO_HUNKS: readonly Hunk[] = []

/** The selected file: its diff, its parts one by one, and what of it was refused. */
export function SelectedChange({
  source,
  review,
  split,
  locked,
  pane,
  onProblem,
  onComment,
  onSendComments,
}: SelectedChangeProps): JSX.Element {
  const state = useChange(useRenamed(source, review.from?.path), review)
  const [place, setPlace] = useState({ path: review.path, at: 0 })
  const [busy, setBusy] = useState(false)
  const change = state.type === 'ready' ? state.change : undefined
  const hunks = change?.hunks ?? NO_HUNKS
  const picture = imageKind(review.path)
  const isPictureOnly =
    picture !== undefined && change !== undefined && [change.before, change.after].every((side) => side?.type !== 'text')
  const at = Math.min(place.path === review.path ? place.at : 0, Math.max(0, hunks.length - 1))
  const disabled = locked || busy
  const [cursor, setCursor] = useState<number>()
  const [commented, setCommented] = useState<{ readonly path: string; readonly line: number }>()

  const [open, setOpen] = useState<string>()
  const conflict = change?.conflicts.find((one) => one.at === at)
  const conflictName = `${review.path} ${change?.version} ${at}`
  const focusRow = (): void => pane.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()

  const attempt = (doing: Promise<void>): void => {
    setBusy(true)
    onProblem(undefined)
    doing.catch((thrown: unknown) => onProblem(undecided(failureOf(thrown)))).finally(() => setBusy(false))
  }
  const decide = (decision: 'accepted' | 'rejected', why = ''): void => {
    const hunk = hunks[at]
    const { before, after } = change?.shown ?? {}
    if (disabled || hunk === undefined) return
    // What both changed is never decided by one key.
    if (conflict) return setOpen(conflictName)
    if (!before || !after) return
    const own = change?.own.includes(at) === true
    const reason = why.trim()
    attempt(
      source.reviewPart({ path: review.path, before, after, hunks: [hunk], decision, ...(reason && { why: reason }), ...(own && { own }) }),
    )
  }
  const resolve = (how: ConflictChoice, text: string): void => {
    const hunk = hunks[at]
    const { before, after } = change?.shown ?? {}
    if (disabled || hunk === undefined || change === undefined || before === undefined || !after) return
    focusRow()
    attempt(source.resolvePart({ path: review.path, before, after, version: change.version, hunk, how, text }))
  }
  const undo = (refused: RefusedName): void => attempt(source.undoRefusal(review.path, refused))
  const go = (by: 1 | -1): void => {
    if (hunks.length > 0) setPlace({ path: review.path, at: (at + by + hunks.length) % hunks.length })
  }
  const onLine = useCallback(
    (line: number) => {
      setCursor(line)
      setPlace({ path: review.path, at: partAt(hunks, line) })
    },
    [review.path, hunks],
  )
  const onGutter = useCallback((line: number) => setCommented({ path: review.path, line }), [review.path])
  const lines = change?.after?.type === 'text' ? change.after.text.split(/\r?\n/) : []
  const comment = commented?.path === review.path ? commented.line : undefined
  const addComment = (text: string, sendsAll: boolean): void => {
    if (comment === undefined) return
    onComment({ path: review.path, line: comment, quote: lines[comment - 1] ?? '', text }, sendsAll)
    setCommented(undefined)
    focusRow()
  }
  useKeys(pane, (code) => {
    if (code === 'Send') onSendComments()
    else if (code === 'KeyC') onGutter(Math.min(Math.max(1, cursor ?? (hunks[at]?.now.start ?? 0) + 1), Math.max(1, lines.length)))
    else if (code === 'KeyJ') go(1)
    else if (code === 'KeyK') go(-1)
    else decide(code === 'KeyY' ? 'accepted' : 'rejected')
  })

  return (
    <>
      <PartBar
        hunks={hunks}
        at={at}
        disabled={disabled}
        by={conflict ? 'both' : change?.own.includes(at) ? 'person' : 'agent'}
        onResolve={() => setOpen(conflictName)}
        onGo={go}
        onDecide={decide}
      />
      {conflict !== undefined && hunks[at] !== undefined && open === conflictName && (
        <ConflictPane
          key={conflictName}
          conflict={conflict}
          hunk={hunks[at]}
          disabled={disabled}
          onApply={resolve}
          onClose={() => {
            setOpen(undefined)
            focusRow()
          }}
        />
      )}
      {comment !== undefined && !locked && (
        <CommentField
          key={`${review.path} ${comment}`}
          line={comment}
          onAdd={addComment}
          onCancel={() => {
            setCommented(undefined)
            focusRow()
          }}
        />
      )}
      {picture !== undefined && change !== undefined && <ImagePreview source={source} kind={picture} {...change.shown} />}
      {!isPictureOnly && (
        <DiffPane state={state} review={review} split={split} current={hunks[at]?.now} onLine={onLine} onGutter={onGutter} />
      )}
      <Refusals refused={change?.refused ?? []} disabled={disabled} onUndo={undo} />
    </>
  )
}

/** A file that was renamed is compared with what it was, under its old name. */
function useRenamed(source: ChangeSource, from: string | undefined): Pick<ChangeSource, 'readChange' | 'watchFiles'> {
  return useMemo(() => {
    if (from === undefined) return source
    return {
      watchFiles: (listener) => source.watchFiles(listener),
      readChange: async (path) => {
        const [old, now] = await Promise.all([source.readChange(from), source.readChange(path)])
        return {
          ...now,
          before: old.before,
          shown: { before: old.shown.before, after: now.shown.after },
          hunks: [],
          conflicts: [],
          own: [],
        }
      },
    }
  }, [source, from])
}

/** By the place of the key: with Alt some layouts type another letter. */
function useKeys(pane: RefObject<HTMLElement | null>, act: (code: PartKey) => void): void {
  useEffect(() => {
    const element = pane.current
    const pressed = (event: KeyboardEvent): void => {
      const key = partKey(event)
      if (key === undefined || isElsewhere(event.target)) return
      event.preventDefault()
      event.stopPropagation()
      act(key)
    }
    element?.addEventListener('keydown', pressed, true)
    return () => element?.removeEventListener('keydown', pressed, true)
  })
}

/** Where something is written, or a box has keys of its own. */
function isElsewhere(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement && !target.readOnly) return true
  return target instanceof Element && target.closest('[data-keys="own"]') !== null
}

function partKey(event: KeyboardEvent): PartKey | undefined {
  if (event.repeat || event.shiftKey || event.isComposing) return undefined
  const command = event.ctrlKey || event.metaKey
  if (command) return event.key === 'Enter' && !event.altKey ? 'Send' : undefined
  if (!event.altKey) return event.key.toLowerCase() === 'c' ? 'KeyC' : undefined
  return isPartKey(event.code) ? event.code : undefined
}

function isPartKey(code: string): code is PartKey {
  return PART_KEYS.has(code)
}
