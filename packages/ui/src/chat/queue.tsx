import { useEffect, useRef, useState, type DragEvent, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { failureOf, type QueuedChange } from '@tabwright/protocol'
import { ChevronDown, ChevronUp, GripVertical, Paperclip, Pencil, X } from 'lucide-react'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { momentsOf, When, whenWords, type Moment } from './queue-moments'
import { IconButton } from '../layout/icon-button'
import { QueueEdit } from './queue-edit'
import { followed, moved, orderOf, sameQueue, type QueueChange, type QueuedMessage } from './queue-order'
import styles from './queue.module.css'

export interface QueueProps {
  readonly queue: readonly QueuedMessage[]
  /** The person stopped the agent: nothing here is delivered until they act. */
  readonly held: boolean
  readonly onWithdraw: (message: QueuedMessage) => void
  /** Resolves false when the message was delivered already. */
  readonly onChange?: (n: number, change: QueuedChange) => Promise<boolean>
  /** A turn is open: a message may wait for its end. */
  readonly isWorking?: boolean
  readonly onReorder?: (order: readonly number[]) => Promise<boolean>
  /** Delivers what is held. */
  readonly onRelease?: () => void
  /** A change that came too late: its text must not be lost. */
  readonly onTooLate: (text: string) => void
  readonly onProblem: (sentence: string) => void
}

/** What was sent and not delivered yet. Each can be changed, moved or taken back until then. */
export function Queue(props: QueueProps): ReactNode {
  const { queue, held } = props
  const list = useRef<HTMLUListElement>(null)
  const { shown, move, said } = useOrder(props, list)
  const [editing, setEditing] = useState<QueueChange>()
  const [dragged, setDragged] = useState<number>()
  const { onTooLate } = props
  useEffect(() => {
    if (editing === undefined) return
    const now = followed(queue, editing)
    if (now !== editing) setEditing(now)
    if (now === undefined && editing.text !== editing.was) onTooLate(editing.text)
  }, [queue, editing, onTooLate])
  const save = async (change: QueueChange): Promise<void> => {
    setEditing(undefined)
    const text = change.text.trim()
    if (text === '') return props.onWithdraw({ n: change.n, text: '' })
    if (text === change.was) return
    try {
      if ((await props.onChange?.(change.n, { text })) === false) onTooLate(text)
    } catch (error) {
      props.onProblem(t('{why} The message is as it was.', { why: failureOf(error).message }))
      setEditing(change)
    }
  }
  const reschedule = async (messages: readonly QueuedMessage[], change: QueuedChange): Promise<void> => {
    try {
      // One that was delivered meanwhile is where the person wants it.
      for (const { n } of messages) await props.onChange?.(n, change)
    } catch (error) {
      props.onProblem(t('{why} The queue is as it was.', { why: failureOf(error).message }))
    }
  }
  const moment = async (message: QueuedMessage, change: QueuedChange): Promise<void> => {
    // The turn that it begins would take along what the stop holds: this one alone was asked for.
    if (held && change.when === 'now') await reschedule(without(queue, message), { paused: true })
    await reschedule([message], change)
  }
  const isPaused = queue.every(({ paused }) => paused === true)
  // It stays mounted when the last one was delivered: a change that came too late is put into the box above.
  if (queue.length === 0) return null
  return (
    <section className={styles['queue']} aria-label={t('Queue')} data-held={held || isPaused || undefined}>
      <header className={styles['head']}>
        <span>{t('{messages} queued', { messages: plural(queue.length, 'message') })}</span>
        <span className={styles['when']} role="status">
          {t(whenWords({ held, isPaused, isAfter: queue.every(({ when }) => when === 'after') }))}
        </span>
        {props.onChange !== undefined && !held && (
          <Button look="plain" onPress={() => void reschedule(queue, { paused: !isPaused })}>
            {t(isPaused ? 'Resume' : 'Pause')}
          </Button>
        )}
        {held && props.onRelease !== undefined && (
          <Button look="plain" onPress={props.onRelease}>
            {t('Send now')}
          </Button>
        )}
      </header>
      <ul ref={list} className={styles['list']} aria-label={t('Queued messages')} data-testid="queued-messages">
        {shown.map((message, place) => (
          <QueueRow
            key={message.n}
            message={message}
            place={place}
            of={shown.length}
            editing={editing?.n === message.n ? editing : undefined}
            onEditing={props.onChange === undefined ? undefined : setEditing}
            moments={momentsOf(message, props)}
            onMoment={(change) => void moment(message, change)}
            onSave={(changed) => void save(changed)}
            onMove={props.onReorder === undefined ? undefined : (to) => move(place, to)}
            onWithdraw={() => props.onWithdraw(message)}
            dragged={dragged}
            onDragged={setDragged}
            onDrop={() => dragged !== undefined && move(dragged, place)}
          />
        ))}
      </ul>
      <span className="visually-hidden" aria-live="polite">
        {said}
      </span>
    </section>
  )
}

function without(queue: readonly QueuedMessage[], message: QueuedMessage): readonly QueuedMessage[] {
  return queue.filter(({ n }) => n !== message.n)
}

/** What a move comes to, as long as the queue is still the one that it was made in. */
interface Foreseen {
  readonly of: readonly QueuedMessage[]
  readonly shown: readonly QueuedMessage[]
  /** Where the message went, and which of its buttons had the focus. */
  readonly focus: { readonly to: number; readonly label: string | undefined }
}

interface Order {
  readonly shown: readonly QueuedMessage[]
  readonly move: (from: number, to: number) => void
  readonly said: string
}

/** Shows a move at once and keeps it; what could not be kept goes back. The focus goes with the message. */
function useOrder({ queue, onReorder, onProblem }: QueueProps, list: RefObject<HTMLUListElement | null>): Order {
  const [foreseen, setForeseen] = useState<Foreseen>()
  const [said, setSaid] = useState('')
  const shown = foreseen !== undefined && sameQueue(foreseen.of, queue) ? foreseen.shown : queue
  const focus = foreseen?.focus
  useEffect(() => {
    if (focus?.label === undefined) return
    const row = list.current?.children[focus.to]
    const same = row?.querySelector<HTMLElement>(`button[aria-label="${CSS.escape(focus.label)}"]:not(:disabled)`)
    const any = row?.querySelector<HTMLElement>('button:not(:disabled)')
    ;(same ?? any)?.focus()
  }, [focus, list])
  const move = (from: number, to: number): void => {
    const next = moved(shown, from, to)
    if (next === shown || onReorder === undefined) return
    const active = list.current?.contains(document.activeElement) === true ? document.activeElement : null
    setForeseen({ of: queue, shown: next, focus: { to, label: active?.getAttribute('aria-label') ?? undefined } })
    setSaid(t('Moved to place {n} of {of}.', { n: to + 1, of: next.length }))
    onReorder(orderOf(shown, from, to)).then(
      (kept) => {
        if (!kept) setForeseen(undefined)
      },
      (error: unknown) => {
        setForeseen(undefined)
        onProblem(t('{why} The order is as it was.', { why: failureOf(error).message }))
      },
    )
  }
  return { shown, move, said }
}

interface QueueRowProps {
  readonly message: QueuedMessage
  readonly place: number
  readonly of: number
  readonly editing: QueueChange | undefined
  readonly onEditing: ((change: QueueChange | undefined) => void) | undefined
  readonly onSave: (change: QueueChange) => void
  readonly moments: readonly Moment[]
  readonly onMoment: (change: QueuedChange) => void
  readonly onMove: ((to: number) => void) | undefined
  readonly onWithdraw: () => void
  readonly dragged: number | undefined
  readonly onDragged: (place: number | undefined) => void
  readonly onDrop: () => void
}

function QueueRow(props: QueueRowProps): ReactNode {
  const { message, place, of, editing, onEditing, onMove, dragged, onDragged } = props
  const edit = useRef<HTMLButtonElement>(null)
  const canMove = onMove !== undefined && of > 1
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.altKey || editing !== undefined || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove?.(event.key === 'ArrowUp' ? place - 1 : place + 1)
  }
  const onDragOver = (event: DragEvent): void => {
    // Only a row of this list may be dropped here.
    if (dragged !== undefined) event.preventDefault()
  }
  const close = (): void => {
    onEditing?.(undefined)
    requestAnimationFrame(() => edit.current?.focus())
  }
  return (
    <li
      className={styles['row']}
      draggable={canMove && editing === undefined}
      data-dragged={dragged === place || undefined}
      onKeyDown={onKeyDown}
      onDragStart={() => onDragged(place)}
      onDragEnd={() => onDragged(undefined)}
      onDragOver={onDragOver}
      onDrop={(event) => {
        event.preventDefault()
        props.onDrop()
      }}
    >
      {canMove && <GripVertical size={13} aria-hidden className={styles['grip']} />}
      {editing !== undefined && onEditing !== undefined ? (
        <QueueEdit
          text={editing.text}
          onText={(text) => onEditing({ ...editing, text })}
          onSave={() => props.onSave(editing)}
          onCancel={close}
        />
      ) : (
        <span className={styles['text']} title={message.text}>
          {message.text}
        </span>
      )}
      <When message={message} />
      {message.attached !== undefined && (
        <span className={styles['attached']} title={message.attached.join(', ')}>
          <Paperclip size={12} aria-hidden /> {plural(message.attached.length, 'attachment')}
        </span>
      )}
      {editing === undefined && (
        <span className={styles['actions']}>
          {canMove && (
            <>
              <IconButton label={t('Move up (Alt+↑)')} disabled={place === 0} onPress={() => onMove(place - 1)}>
                <ChevronUp size={14} aria-hidden />
              </IconButton>
              <IconButton label={t('Move down (Alt+↓)')} disabled={place === of - 1} onPress={() => onMove(place + 1)}>
                <ChevronDown size={14} aria-hidden />
              </IconButton>
            </>
          )}
          {props.moments.map(({ label, icon, change }) => (
            <IconButton key={label} label={t(label)} onPress={() => props.onMoment(change)}>
              {icon}
            </IconButton>
          ))}
          {onEditing !== undefined && (
            <IconButton ref={edit} label={t('Edit')} onPress={() => onEditing({ ...message, was: message.text })}>
              <Pencil size={13} aria-hidden />
            </IconButton>
          )}
          <IconButton label={t('Take back')} onPress={props.onWithdraw}>
            <X size={14} aria-hidden />
          </IconButton>
        </span>
      )}
    </li>
  )
}
