import { useEffect, useId, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react'
import { failureOf, type TaskName } from '@tabwright/protocol'
import { Rich, t } from '../language'
import { Visible } from './exact-request'
import { useArmed } from './use-armed'
import styles from './permission-card.module.css'

/** A question that a person has to answer before something goes on. */
export interface Asking<Answer> {
  /** Half a second after it appeared and while no answer is on its way. */
  readonly ready: boolean
  readonly problem: string | undefined
  readonly give: (answer: Answer) => Promise<void>
  /** True: the key was meant for something else, or held since before the card appeared. */
  readonly refuses: (event: KeyboardEvent) => boolean
}

/** What is asked, and how an answer leaves. */
export interface Ask<Answer> {
  readonly digest: string
  /** Where the focus goes: what changes nothing when a key is pressed there by accident. */
  readonly safe: RefObject<HTMLElement | null>
  /** The focus must stay where it is. */
  readonly isOccupied: () => boolean
  readonly onAnswer: (answer: Answer) => Promise<void>
}

/** The state that every such card shares. */
export function useAsking<Answer>({ digest, safe, isOccupied, onAnswer }: Ask<Answer>): Asking<Answer> {
  const armed = useArmed(digest)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const ready = armed && !busy

  useEffect(() => {
    if (armed && !isOccupied()) safe.current?.focus()
  }, [armed, isOccupied, safe])

  const give = async (answer: Answer): Promise<void> => {
    setBusy(true)
    try {
      await onAnswer(answer)
    } catch (error) {
      setBusy(false)
      setProblem(failureOf(error).message)
    }
  }
  const refuses = (event: KeyboardEvent): boolean => {
    if (!event.repeat && armed) return event.nativeEvent.isComposing
    if (event.repeat || ['Enter', ' ', 'Escape'].includes(event.key)) event.preventDefault()
    event.stopPropagation()
    return true
  }
  return { ready, problem, give, refuses }
}

export interface AskCardProps {
  readonly label: string
  /** What it is found by in every language. */
  readonly testId?: string
  readonly icon: ReactNode
  readonly title: string
  readonly tool: string
  readonly reason: ReactNode
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  readonly problem: string | undefined
  readonly onKeyDown: (event: KeyboardEvent) => void
  /** Between the reason and the answers; scrolls in a low window. */
  readonly children: ReactNode
  /** What has to be done before an answer may be given: stays in view beside them. */
  readonly first?: string | undefined
  readonly actions: ReactNode
}

/** Says that a sub-agent asks, by the title that the agent gave its task. */
export function Origin({ task }: { readonly task: TaskName }): ReactNode {
  return (
    <span>
      <Rich
        text="From the sub-agent “{title}”."
        with={{
          title: (
            <bdi>
              <Visible text={task.title} />
            </bdi>
          ),
        }}
      />
    </span>
  )
}

/** The frame of every card that asks above the composer. */
export function AskCard(props: AskCardProps): ReactNode {
  const { place } = props
  const ids = { title: useId(), text: useId() }
  return (
    <div
      className={styles['card']}
      role="alertdialog"
      aria-label={props.label}
      data-testid={props.testId}
      aria-describedby={`${ids.title} ${ids.text}`}
      onKeyDown={props.onKeyDown}
    >
      <header className={styles['head']}>
        {props.icon}
        <strong id={ids.title}>{props.title}</strong>
        <code className={styles['tool']}>{props.tool}</code>
        {place.of > 1 && <span className={styles['place']}>{t('{n} of {of}', { n: place.n, of: place.of })}</span>}
      </header>
      <div className={styles['body']}>
        <p id={ids.text} className={styles['reason']}>
          {props.reason}
        </p>
        {props.children}
        {props.problem !== undefined && (
          <p role="alert" className={styles['problem']}>
            {t('{why} Nothing was decided.', { why: props.problem })}
          </p>
        )}
      </div>
      {props.first !== undefined && <p className={styles['hint']}>{props.first}</p>}
      <div className={styles['actions']}>{props.actions}</div>
    </div>
  )
}
