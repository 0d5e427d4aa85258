import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { failureOf, ruleText, type Approval } from '@tabwright/protocol'
import { ShieldQuestion } from 'lucide-react'
import { Button } from '../layout/button'
import { ExactRequest, Visible } from './exact-request'
import { questionOf } from './request'
import { useArmed } from './use-armed'
import styles from './permission-card.module.css'

/** What the person chose. A note is for the agent: with it the agent goes on and knows why. */
export interface PermissionAnswer {
  readonly answer: 'deny' | 'once' | 'session'
  readonly note?: string
}

export interface PermissionCardProps {
  readonly approval: Approval
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  /** The focus must stay where it is. */
  readonly isTyping: () => boolean
  readonly onAnswer: (answer: PermissionAnswer) => Promise<void>
}

/** Asks before something happens. Give it the digest as `key`: a new request is a new card. */
export function PermissionCard({ approval, place, isTyping, onAnswer }: PermissionCardProps): ReactNode {
  const question = questionOf(approval)
  const armed = useArmed(approval.digest)
  const [read, setRead] = useState(false)
  const [note, setNote] = useState<string>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const card = useRef<HTMLDivElement>(null)
  const deny = useRef<HTMLButtonElement>(null)
  const ids = { title: useId(), text: useId() }

  useEffect(() => {
    if (!armed || isTyping()) return
    deny.current?.focus()
  }, [armed, isTyping])

  const ready = armed && !busy
  const mayAllow = ready && read
  const give = async (answer: PermissionAnswer): Promise<void> => {
    setBusy(true)
    try {
      await onAnswer(answer)
    } catch (error) {
      setBusy(false)
      setProblem(failureOf(error).message)
    }
  }
  const allow = (answer: 'once' | 'session'): void => {
    if (mayAllow) void give({ answer })
  }
  const refuse = (): void => {
    if (ready) void give(note === undefined || note.trim() === '' ? { answer: 'deny' } : { answer: 'deny', note: note.trim() })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // A key held since before the card appeared was not meant for it.
    if (event.repeat || !armed) {
      if (event.repeat || event.key === 'Enter' || event.key === ' ' || event.key === 'Escape') event.preventDefault()
      event.stopPropagation()
      return
    }
    const inNote = event.target instanceof HTMLTextAreaElement
    const command = event.metaKey || event.ctrlKey
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') refuse()
    else if (event.key === 'Enter' && command && !inNote) allow('once')
    else if (event.key === 'Enter' && command) refuse()
    else if (!inNote && !command && !event.altKey && event.key.toLowerCase() === 'n') setNote(note ?? '')
    else if (!inNote && !command && !event.altKey && event.key.toLowerCase() === 'd') refuse()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div
      ref={card}
      className={styles['card']}
      role="alertdialog"
      aria-label="Permission required"
      aria-describedby={`${ids.title} ${ids.text}`}
      data-armed={armed}
      onKeyDown={onKeyDown}
    >
      <header className={styles['head']}>
        <ShieldQuestion size={18} aria-hidden />
        <strong id={ids.title}>{question.title}</strong>
        <code className={styles['tool']}>{approval.tool}</code>
        {place.of > 1 && (
          <span className={styles['place']}>
            {place.n} of {place.of}
          </span>
        )}
      </header>
      <div className={styles['body']}>
        <p id={ids.text} className={styles['reason']}>
          <Visible text={approval.reason} />
        </p>
        {question.purpose !== undefined && <Purpose text={question.purpose} />}
        <ExactRequest bytes={approval.bytes} command={question.command} folder={question.folder} onRead={() => setRead(true)} />
        {!read && <p className={styles['hint']}>Scroll to the end of the request to allow it.</p>}
        {approval.offer !== undefined && (
          <p className={styles['offer']}>
            “For this session” would also allow{' '}
            <code>
              <Visible text={ruleText(approval.offer)} />
            </code>{' '}
            until the session ends.
          </p>
        )}
        {note !== undefined && <NoteField note={note} onChange={setNote} />}
        {problem !== undefined && (
          <p role="alert" className={styles['problem']}>
            {problem} Nothing was decided.
          </p>
        )}
      </div>
      <div className={styles['actions']}>
        <Button ref={deny} disabled={!ready} onPress={refuse} title="Deny (Esc)">
          Deny
        </Button>
        <Button look="plain" disabled={!ready} onPress={() => setNote(note ?? '')} title="Deny with note (N)">
          Deny with note…
        </Button>
        <span className={styles['gap']} />
        {approval.offer !== undefined && (
          <Button disabled={!mayAllow} onPress={() => allow('session')}>
            Allow for this session
          </Button>
        )}
        <Button look="primary" disabled={!mayAllow} onPress={() => allow('once')} title="Allow once (Ctrl+Enter)">
          Allow once
        </Button>
      </div>
    </div>
  )
}

/** A claim of the model's, held to three lines however long it is: all of it stands in the request below. */
function Purpose({ text }: { readonly text: string }): ReactNode {
  return (
    <p className={styles['purpose']}>
      The agent says: “
      <bdi>
        <Visible text={text} />
      </bdi>
      ”
    </p>
  )
}

function NoteField({ note, onChange }: { readonly note: string; readonly onChange: (note: string) => void }): ReactNode {
  return (
    <textarea
      className={styles['note']}
      aria-label="Note to the agent"
      placeholder="What should it do instead? Then press Deny."
      rows={2}
      // The person just asked for this field.
      autoFocus
      value={note}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
