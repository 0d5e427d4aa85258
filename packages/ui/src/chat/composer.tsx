import { useEffect, useImperativeHandle, useRef, useState, type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import { failureOf } from '@tabwright/protocol'
import { ArrowUp, Square, X } from 'lucide-react'
import { IconButton } from '../layout/icon-button'
import { isSendKey, LONGEST_MESSAGE, refusePaste } from './paste-limit'
import { stopAndTakeBack } from './stop-and-take-back'
import styles from './composer.module.css'

/** For whoever else puts text into the box or brings the person back to it. */
export interface ComposerHandle {
  focus(): void
  /** Replaces the text and focuses the box; never sends. */
  fill(text: string): void
  /** Stops the agent and takes back what it has not read. */
  stop(): void
}

export interface ComposerProps {
  /** Text to start with. */
  readonly draft: string
  readonly onDraft: (text: string) => void
  /** Resolves once the message is kept; only then does it leave the box. */
  readonly onSend: (text: string) => Promise<void>
  readonly running: boolean
  readonly onStop: () => void
  readonly queue: readonly { readonly n: number; readonly text: string }[]
  /** Takes a queued message back; false: it was delivered already. */
  readonly onWithdraw: (n: number) => Promise<boolean>
  /** Why nothing can be sent now, in one sentence. */
  readonly blocked?: string
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly lines?: number
  /** The chips below the box. */
  readonly footer?: ReactNode
  readonly ref?: Ref<ComposerHandle>
}

/** The box to write in. What was typed is always in the box, in the queue or in the conversation. */
export function Composer(props: ComposerProps): ReactNode {
  const { onDraft, onSend, running, onStop, queue, blocked, footer, ref } = props
  const [text, setText] = useState(props.draft)
  const [problem, setProblem] = useState<string>()
  const sending = useRef(false)
  const box = useRef<HTMLTextAreaElement>(null)

  const put = (next: string): void => {
    setText(next)
    onDraft(next)
  }
  const change = (next: string): void => {
    const refusal = next.length > LONGEST_MESSAGE ? refusePaste(text.length, next.length - text.length) : undefined
    setProblem(refusal)
    if (refusal !== undefined) return
    put(next)
  }
  useEffect(() => {
    if (props.autoFocus === true) box.current?.focus()
  }, [props.autoFocus])

  const send = async (): Promise<void> => {
    const message = text.trim()
    if (message === '' || sending.current || blocked !== undefined) return
    sending.current = true
    try {
      await onSend(message)
      setProblem(undefined)
      // What was typed while the message was being kept stays.
      const rest = (box.current?.value ?? '').replace(text, '')
      put(rest)
    } catch (error) {
      setProblem(`${failureOf(error).message} Your message is still in the box.`)
    } finally {
      sending.current = false
    }
  }
  const withdraw = async (n: number, queued: string): Promise<void> => {
    try {
      if (await props.onWithdraw(n)) change(text === '' ? queued : `${queued}\n\n${text}`)
      else setProblem('That message was delivered already.')
      box.current?.focus()
    } catch (error) {
      setProblem(failureOf(error).message)
    }
  }
  const stop = async (): Promise<void> => {
    const { texts, problem: refused } = await stopAndTakeBack({ queue, onWithdraw: props.onWithdraw, onStop })
    // What was typed meanwhile stays, behind what was sent before it; nothing of it is refused for its length.
    const typed = box.current?.value ?? ''
    if (texts.length > 0) put([...texts, typed].filter((part) => part !== '').join('\n\n'))
    if (refused !== undefined) setProblem(refused)
  }
  useImperativeHandle(ref, () => ({
    focus: () => box.current?.focus(),
    fill: (next) => {
      change(next)
      box.current?.focus()
    },
    stop: () => void stop(),
  }))
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { isComposing } = event.nativeEvent
    if (event.key === 'Escape' && !isComposing && running && queue.length > 0) {
      event.preventDefault()
      void stop()
      return
    }
    if (!isSendKey({ key: event.key, shiftKey: event.shiftKey, keyCode: event.keyCode, isComposing }) || isTouch()) return
    event.preventDefault()
    void send()
  }
  const onPaste = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    // Refused before the browser lays it out: 50 MB in a text box hang the page.
    const refusal = refusePaste(text.length, event.clipboardData.getData('text/plain').length)
    if (refusal === undefined) return
    event.preventDefault()
    setProblem(refusal)
  }

  return (
    <div className={styles['composer']}>
      {queue.length > 0 && <Queue queue={queue} onWithdraw={(n, queued) => void withdraw(n, queued)} />}
      {problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
      <div className={styles['box']}>
        <textarea
          ref={box}
          aria-label="Message the agent"
          placeholder={
            props.placeholder ??
            (running ? 'Add something; it is read after the current step' : 'Ask for a change, or describe what to build')
          }
          value={text}
          rows={props.lines ?? 1}
          data-lines={props.lines ?? 1}
          spellCheck
          enterKeyHint="send"
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <Bar
          footer={footer}
          blocked={blocked}
          running={running}
          isEmpty={text.trim() === ''}
          onStop={() => void stop()}
          onSend={() => void send()}
        />
      </div>
    </div>
  )
}

interface BarProps extends Pick<ComposerProps, 'footer' | 'running' | 'onStop'> {
  readonly blocked: string | undefined
  readonly isEmpty: boolean
  readonly onSend: () => void
}

/** The chips, Stop and Send. */
function Bar({ footer, blocked, running, isEmpty, onStop, onSend }: BarProps): ReactNode {
  return (
    <div className={styles['bar']}>
      <div className={styles['footer']}>{footer}</div>
      {blocked !== undefined && <span className={styles['blocked']}>{blocked}</span>}
      {running && (
        <button type="button" className={styles['stop']} onClick={onStop} title="Stop (Esc)">
          <Square size={11} fill="currentColor" aria-hidden /> Stop
        </button>
      )}
      <button
        type="button"
        className={styles['send']}
        aria-label="Send"
        title={running ? 'Send now; the agent reads it after the current step (Enter)' : 'Send (Enter)'}
        disabled={isEmpty || blocked !== undefined}
        onClick={onSend}
      >
        <ArrowUp size={17} strokeWidth={2.4} aria-hidden />
      </button>
    </div>
  )
}

/** On a touch keyboard Enter is the only way to a new line, and the button is near. */
function isTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}

interface QueueProps {
  readonly queue: ComposerProps['queue']
  readonly onWithdraw: (n: number, text: string) => void
}

function Queue({ queue, onWithdraw }: QueueProps): ReactNode {
  return (
    <ul className={styles['queue']} aria-label="Queued messages">
      {queue.map((message) => (
        <li key={message.n}>
          <span className={styles['queued']}>{message.text}</span>
          <span className={styles['when']}>read after the current step</span>
          <IconButton label="Take back" onPress={() => onWithdraw(message.n, message.text)}>
            <X size={14} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
