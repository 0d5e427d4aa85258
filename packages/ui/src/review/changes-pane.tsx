import { failureOf, type FileReview } from '@tabwright/protocol'
import { Columns2, Download, Rows2 } from 'lucide-react'
import { type JSX, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { IconButton } from '../layout/icon-button'
import { memory } from '../layout/remember'
import { ChangeRow } from './change-row'
import type { ChangeSource } from './change-source'
import { nextSelection, totals } from './change-view'
import css from './changes.module.css'
import { CommentList } from './comments'
import { commentsMessage, type LineComment } from './line-comment'
import { OwnQuestion } from './own-question'
import { ScopeBar } from './scope-bar'
import { ScopeChanges } from './scope-changes'
import { SelectedChange } from './selected-change'
import { useDecisions } from './use-decisions'
import { useScopes, type Scopes } from './use-scope'
import { useWide } from './use-wide'
import { keepViewed, readViewed, viewedName } from './viewed'

export interface ChangesPaneProps {
  /** Its name; the scope is remembered by it. */
  readonly session: string
  /** `undefined` while the session is being read. */
  readonly changes: readonly FileReview[] | undefined
  readonly source: ChangeSource
  /** Another tab writes the session: nothing can be decided from here. */
  readonly readOnly: boolean
  /** Said about lines and not sent yet. */
  readonly comments: readonly LineComment[]
  readonly onComments: (comments: readonly LineComment[]) => void
  /** Resolves when the message is durable. */
  readonly onSend: (text: string) => Promise<void>
  readonly onDownload: () => void
  /** A wish to see a file's change; a new object each time. */
  readonly request?: { readonly path: string } | undefined
}

/** The selected path, moved on when its file leaves the list. */
function useSelection(changes: readonly FileReview[] | undefined, request: { readonly path: string } | undefined) {
  const [selected, setSelected] = useState<string>()
  const [known, setKnown] = useState<readonly FileReview[]>([])
  const [asked, setAsked] = useState<{ readonly path: string }>()
  if (changes !== undefined && changes !== known) {
    setKnown(changes)
    setSelected(nextSelection(selected, known, changes))
  }
  if (request !== undefined && request !== asked) {
    setAsked(request)
    setSelected(request.path)
  }
  return { review: changes?.find((one) => one.path === selected), select: setSelected }
}

interface Sending extends Pick<ChangesPaneProps, 'readOnly' | 'comments' | 'onComments' | 'onSend'> {
  readonly onProblem: (problem: string) => void
}

/** Comments leave together, and stay where that fails. */
function useSending({ readOnly, comments, onComments, onSend, onProblem }: Sending) {
  const send = async (all: readonly LineComment[]): Promise<void> => {
    if (readOnly || all.length === 0) return
    try {
      await onSend(commentsMessage(all))
      onComments([])
    } catch (thrown) {
      onProblem(t('{message} Your comments are still here.', { message: failureOf(thrown).message }))
    }
  }
  const comment = (one: LineComment, sendsAll: boolean): void => {
    const all = [...comments, one]
    onComments(all)
    if (sendsAll) void send(all)
  }
  return { send, comment }
}

/** Whoever wishes to see a change that waits sees what waits. */
function useWishes(request: ChangesPaneProps['request'], choose: Scopes['choose']): void {
  const known = useRef(request)
  useEffect(() => {
    if (request === known.current) return
    known.current = request
    if (request !== undefined) choose({ type: 'session' })
  }, [request, choose])
}

/** Everything the agent changed and the person has not decided on: a list of files over one live diff. */
export function ChangesPane({
  session,
  changes,
  source,
  readOnly,
  comments,
  onComments,
  onSend,
  onDownload,
  request,
}: ChangesPaneProps): JSX.Element {
  const pane = useRef<HTMLElement>(null)
  const wide = useWide(pane)
  const [unified, setUnified] = useState(false)
  const [error, setError] = useState<string>()
  const [viewed, setViewed] = useState(() => readViewed(memory))
  const { review, select } = useSelection(changes, request)
  const scopes = useScopes(session, source, changes)
  useWishes(request, scopes.choose)
  const isSession = scopes.scope.type === 'session'
  const refocus = useRef(false)

  // The row that had the focus is gone after a decision; without this the focus would fall back to the page.
  useEffect(() => {
    if (!refocus.current || document.activeElement !== document.body) return
    refocus.current = false
    pane.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()
  }, [changes])

  const decisions = useDecisions(source, {
    begun: () => (refocus.current = pane.current?.contains(document.activeElement) === true),
    onProblem: setError,
  })

  const { send, comment } = useSending({ readOnly, comments, onComments, onSend, onProblem: setError })

  const locked = readOnly || decisions.isBusy
  const onKeyDown = (event: KeyboardEvent): void => {
    const decision = decisionOnAll(event)
    if (decision === undefined || locked || !isSession || changes === undefined || changes.length === 0) return
    event.preventDefault()
    decisions.all(changes, decision)
  }
  return (
    <section ref={pane} aria-label={t('Changes')} className={css.pane} aria-busy={changes === undefined} onKeyDown={onKeyDown}>
      {changes === undefined && <Skeleton />}
      {changes !== undefined && <ScopeBar scopes={scopes} waiting={changes} />}
      {isSession && changes?.length === 0 && (
        <p className={css.sentence}>{t('No changes in this session yet. What the agent changes waits here for you.')}</p>
      )}
      {error !== undefined && (
        <p role="alert" className={css.error}>
          {error}
        </p>
      )}
      <OwnQuestion files={decisions.asked} disabled={locked} onShow={select} onAnswer={decisions.answer} />
      {!isSession && changes !== undefined && (
        <ScopeChanges
          scopes={scopes}
          source={source}
          split={wide && !unified}
          waiting={changes}
          onDecide={(path) => {
            scopes.choose({ type: 'session' })
            select(path)
          }}
        />
      )}
      {isSession && changes !== undefined && changes.length > 0 && (
        <>
          <Head changes={changes} viewed={viewed} locked={locked} onDecide={(decision) => decisions.all(changes, decision)}>
            {wide && (
              <IconButton label={unified ? t('Show side by side') : t('Show unified')} onPress={() => setUnified(!unified)}>
                {unified ? <Columns2 size={16} /> : <Rows2 size={16} />}
              </IconButton>
            )}
            <IconButton label={t('Download patch')} onPress={onDownload}>
              <Download size={16} />
            </IconButton>
          </Head>
          <ul role="list" aria-label={t('Changed files')} className={css.list}>
            {changes.map((one) => (
              <ChangeRow
                key={one.path}
                review={one}
                selected={one === review}
                disabled={locked || decisions.busy.includes(one.path)}
                viewed={viewed.includes(viewedName(one))}
                onViewed={(isViewed) => setViewed(keepViewed(memory, readViewed(memory), { name: viewedName(one), isViewed }))}
                onSelect={() => select(one.path)}
                onDecide={(decision) => decisions.one(one, decision)}
              />
            ))}
          </ul>
          <div className={css.diff}>
            {review !== undefined && (
              <SelectedChange
                source={source}
                review={review}
                split={wide && !unified}
                locked={locked || decisions.busy.includes(review.path)}
                pane={pane}
                onProblem={setError}
                onComment={comment}
                onSendComments={() => void send(comments)}
              />
            )}
          </div>
        </>
      )}
      <CommentList
        comments={comments}
        disabled={readOnly}
        onRemove={(at) => onComments(comments.toSpliced(at, 1))}
        onSend={() => void send(comments)}
      />
    </section>
  )
}

/** Ctrl+Shift+Enter accepts all, Ctrl+Shift+Backspace rejects all; not while something is written. */
function decisionOnAll({ ctrlKey, metaKey, shiftKey, altKey, repeat, key, target }: KeyboardEvent): 'accepted' | 'rejected' | undefined {
  const isWriting = target instanceof HTMLTextAreaElement && !target.readOnly
  if (!(ctrlKey || metaKey) || !shiftKey || altKey || repeat || isWriting) return undefined
  return key === 'Enter' ? 'accepted' : key === 'Backspace' ? 'rejected' : undefined
}

interface HeadProps {
  readonly changes: readonly FileReview[]
  readonly viewed: readonly string[]
  readonly locked: boolean
  readonly onDecide: (decision: 'accepted' | 'rejected') => void
  readonly children: ReactNode
}

/** What the list comes to, and what is done with all of it. */
function Head({ changes, viewed, locked, onDecide, children }: HeadProps): JSX.Element {
  return (
    <header className={css.head}>
      <Totals changes={changes} viewed={changes.filter((one) => viewed.includes(viewedName(one))).length} />
      {children}
      <Button disabled={locked} title="Ctrl+Shift+Backspace" onPress={() => onDecide('rejected')}>
        {t('Reject all')}
      </Button>
      <Button look="primary" disabled={locked} title="Ctrl+Shift+Enter" onPress={() => onDecide('accepted')}>
        {t('Accept all')}
      </Button>
    </header>
  )
}

function Totals({ changes, viewed }: { readonly changes: readonly FileReview[]; readonly viewed: number }): JSX.Element {
  const sum = totals(changes)
  return (
    <p className={css.totals}>
      {plural(changes.length, 'file')} <span className={css.plus}>+{sum.added}</span> <span className={css.minus}>−{sum.removed}</span>
      {viewed > 0 && ` · ${t('{viewed} viewed', { viewed })}`}
    </p>
  )
}

function Skeleton(): JSX.Element {
  return (
    <div className={css.skeleton}>
      <span className="visually-hidden">{t('Loading changes')}</span>
      {[62, 48, 71].map((width) => (
        <div key={width} className={css.bone} style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
