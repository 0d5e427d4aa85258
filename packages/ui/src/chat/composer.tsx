import { useEffect, useId, useImperativeHandle, useRef, type ClipboardEvent, type KeyboardEvent, type ReactNode, type Ref } from 'react'
import type { Attachment } from '@tabwright/protocol'
import { ArrowUp, Square } from 'lucide-react'
import { said, t } from '../language'
import { isOccupied } from '../approvals/typing'
import { recalled } from './mention'
import { AttachButton, AttachZone } from './attach-files'
import { Attachments } from './attachments'
import { isLongPaste, isSendKey, pasteName, refusePaste } from './paste-limit'
import { Queue, type QueueProps } from './queue'
import { commandsFor, type SlashCommand } from './slash'
import { SlashHint } from './slash-hint'
import type { Attached } from './use-attached'
import { useBox, type Box } from './use-box'
import { useMentions } from './use-mentions'
import styles from './composer.module.css'

/** How files become attachments of a message. */
export interface Attaching {
  /** What was left in the box. */
  readonly initial: readonly Attachment[]
  /** @throws FailureError with a sentence for what cannot be attached */
  readonly read: (file: File) => Promise<Attachment>
  /** Why the model that is chosen does not take it. */
  readonly refusal?: (attachment: Attachment) => string | undefined
  readonly onChange: (list: readonly Attachment[]) => void
  /** What is attached to a queued message. */
  readonly queued?: (n: number) => Promise<readonly Attachment[]>
}

/** For whoever else puts text into the box or brings the person back to it. */
export interface ComposerHandle {
  focus(): void
  /** Replaces the text and focuses the box; never sends. */
  fill(text: string): void
  /** Puts a text before what is in the box, so that neither is lost. */
  put(text: string, attachments?: readonly Attachment[]): void
  /** Takes out again what was put before the rest; where the person has changed it, it stays. */
  takeOut(text: string, attachments?: readonly Attachment[]): void
  /** Stops the agent. */
  stop(): void
}

/** While the agent works: with its next step, or when the turn has ended. */
export type SendWhen = 'step' | 'after'

export interface ComposerProps {
  /** Text to start with. */
  readonly draft: string
  readonly onDraft: (text: string) => void
  /** Resolves once the message is kept; only then does it leave the box. */
  readonly onSend: (text: string, attachments: readonly Attachment[], when: SendWhen) => Promise<void>
  /** What can be attached, and how. Left out: nothing can. */
  readonly attaching?: Attaching
  /** Says in passing what could not be attached. */
  readonly onSay?: (sentence: string) => void
  readonly running: boolean
  readonly onStop: () => void
  /** Ask for these by name at the start of the box. */
  readonly commands?: readonly SlashCommand[]
  /** Files that an `@` names, newest first. */
  readonly files?: () => Promise<readonly string[]>
  /** Messages of before, oldest first: the arrows bring them back into the empty box. */
  readonly history?: () => readonly string[]
  readonly queue: QueueProps['queue']
  /** What is queued waits after a stop until the person acts; where it is not held, a stop takes it back into the box. */
  readonly held?: boolean
  /** Takes a queued message back; false: it was delivered already. */
  readonly onWithdraw: (n: number) => Promise<boolean>
  /** Changes a queued message; false: it was delivered already. */
  readonly onChangeQueued?: QueueProps['onChange']
  readonly onReorder?: (order: readonly number[]) => Promise<boolean>
  /** Delivers what is held. */
  readonly onRelease?: () => void
  /** Escape twice in the empty box, while nothing runs. */
  readonly onRewind?: () => void
  /** Why nothing can be sent now, in one sentence. */
  readonly blocked?: string
  readonly placeholder?: string
  readonly autoFocus?: boolean
  readonly lines?: number
  /** The chips below the box. */
  readonly footer?: ReactNode
  readonly ref?: Ref<ComposerHandle>
}

/** Longer apart, two presses are two thoughts. */
const TWICE_MS = 600

/** True for the second of two presses. */
function useSecondEscape(): (at: number) => boolean {
  const last = useRef(-Infinity)
  return (at) => {
    const isSecond = at - last.current < TWICE_MS
    last.current = isSecond ? -Infinity : at
    return isSecond
  }
}

/** The box to write in. What was typed is always in the box, in the queue or in the conversation. */
export function Composer(props: ComposerProps): ReactNode {
  const { running, queue, blocked, footer, ref, commands = [] } = props
  const box = useRef<HTMLTextAreaElement>(null)
  const hints = useId()
  const { text, attached, problem, setProblem, change, put, before, out, send, withdraw, takeBack } = useBox(props, box)
  const offered = commandsFor(text, commands)
  const mentions = useMentions({ box, put, files: props.files, onProblem: setProblem })
  useEffect(() => {
    // The box may come late. Who types somewhere else by then goes on there.
    if (props.autoFocus === true && !isOccupied()) box.current?.focus()
  }, [props.autoFocus])

  // Where what is queued waits after a stop, it can stay where it is; elsewhere it would start the next turn at once.
  const stop = (): void => (props.onRelease === undefined ? takeBack() : props.onStop())
  useImperativeHandle(ref, () => ({
    focus: () => box.current?.focus(),
    fill: (next) => {
      change(next)
      box.current?.focus()
    },
    put: (next, more = []) => {
      before(next)
      attached.put(more)
      box.current?.focus()
    },
    takeOut: (gone, more = []) => {
      out(gone)
      attached.gone(attached.now().filter((one) => more.some((other) => isSame(one, other))))
      box.current?.focus()
    },
    stop,
  }))
  const isSecondEscape = useSecondEscape()
  const pick = (command: SlashCommand): void => {
    put(`/${command.name}${command.argument === undefined ? '' : ' '}`)
    box.current?.focus()
  }
  const rewind = (event: KeyboardEvent): void => {
    // The dialog that this opens would take the same key for its own and close.
    event.stopPropagation()
    props.onRewind?.()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const [first] = offered
    if (event.nativeEvent.isComposing || mentions.take(event)) return
    const past = pastOf(event, props.history)
    if (past !== undefined) put(past)
    else if (event.key === 'Escape' && running && (props.onRelease === undefined || text === '') && queue.length > 0) takeBack()
    else if (event.key === 'Escape' && !running && text === '' && isSecondEscape(event.timeStamp)) rewind(event)
    else if (event.key === 'Tab' && !event.shiftKey && first !== undefined && !text.startsWith(`/${first.name}`)) pick(first)
    else if (isSend(event)) send(event.altKey && running ? 'after' : 'step')
    else return
    event.preventDefault()
  }
  return (
    <div className={styles['composer']}>
      <Queue
        queue={queue}
        held={props.held === true}
        onWithdraw={(message) => void withdraw(message.n, message.text)}
        onTooLate={(late) => {
          before(late)
          setProblem(t('That message was delivered before your change. What you wrote is in the box.'))
        }}
        onProblem={setProblem}
        isWorking={running}
        {...(props.onChangeQueued === undefined ? {} : { onChange: props.onChangeQueued })}
        {...(props.onReorder === undefined ? {} : { onReorder: props.onReorder })}
        {...(props.onRelease === undefined ? {} : { onRelease: props.onRelease })}
      />
      {problem !== undefined && (
        <p role="alert" className={styles['problem']}>
          {said(problem)}
        </p>
      )}
      <SlashHint id={hints} commands={offered} onPick={pick} />
      {mentions.list}
      <AttachZone className={styles['box']} onFiles={props.attaching && attached.files}>
        <Attachments
          label={t('Attached to this message')}
          list={attached.list}
          reading={attached.reading}
          onRemove={(one) => {
            attached.remove(one)
            box.current?.focus()
          }}
        />
        <textarea
          ref={box}
          aria-label={t('Message the agent')}
          data-testid="composer"
          aria-describedby={offered.length > 0 ? hints : undefined}
          {...mentions.aria}
          placeholder={
            props.placeholder ??
            t(running ? 'Add something; it is read after the current step' : 'Ask for a change, or describe what to build')
          }
          value={text}
          rows={props.lines ?? 1}
          data-lines={props.lines ?? 1}
          spellCheck
          enterKeyHint="send"
          onChange={(event) => {
            change(event.target.value)
            mentions.look()
          }}
          onClick={mentions.look}
          onBlur={mentions.close}
          onKeyDown={onKeyDown}
          onPaste={(event) => paste(event, { held: text.length, attached: props.attaching && attached, setProblem })}
        />
        <Bar
          footer={footer}
          blocked={blocked}
          running={running}
          isEmpty={text.trim() === '' && attached.list.length + attached.reading.length === 0}
          onStop={stop}
          onSend={send}
          onFiles={props.attaching && attached.files}
        />
      </AttachZone>
    </div>
  )
}

interface Pasting extends Pick<Box, 'setProblem'> {
  /** Characters in the box. */
  readonly held: number
  /** Undefined: nothing can be attached here. */
  readonly attached: Attached | undefined
}

/** Short texts go into the box as ever. */
function paste(event: ClipboardEvent<HTMLTextAreaElement>, { held, attached, setProblem }: Pasting): void {
  const pasted = event.clipboardData.getData('text/plain')
  const files = [...event.clipboardData.files]
  // Refused before the browser lays it out: 50 MB in a text box hang the page.
  const refusal = refusePaste(held, pasted.length)
  if (refusal !== undefined) setProblem(refusal)
  // A table or a paragraph brings a picture of itself along.
  else if (attached && pasted === '' && files.length > 0) attached.files(files)
  else if (attached && isLongPaste(pasted)) attached.put([{ type: 'text', name: pasteName(pasted), text: pasted }])
  else return
  event.preventDefault()
}

/** Read from the log twice, it is not the same object. */
function isSame(one: Attachment, other: Attachment): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What an arrow brings back from the past; undefined where it moves the caret. */
function pastOf(
  { key, currentTarget, altKey, shiftKey }: KeyboardEvent<HTMLTextAreaElement>,
  history: ComposerProps['history'],
): string | undefined {
  const step = key === 'ArrowUp' ? -1 : key === 'ArrowDown' ? 1 : undefined
  if (step === undefined || history === undefined || altKey || shiftKey) return undefined
  const { value, selectionStart } = currentTarget
  const beyond = step < 0 ? value.slice(0, selectionStart) : value.slice(selectionStart)
  return beyond.includes('\n') ? undefined : recalled(value, history(), step)
}

interface BarProps extends Pick<ComposerProps, 'footer' | 'running' | 'onStop'> {
  readonly blocked: string | undefined
  readonly isEmpty: boolean
  readonly onSend: Box['send']
  readonly onFiles: ((files: readonly File[]) => void) | undefined
}

/** The chips, Stop and Send. */
function Bar({ footer, blocked, running, isEmpty, onStop, onSend, onFiles }: BarProps): ReactNode {
  return (
    <div className={styles['bar']}>
      {onFiles !== undefined && <AttachButton onFiles={onFiles} />}
      <div className={styles['footer']}>{footer}</div>
      {blocked !== undefined && <span className={styles['blocked']}>{blocked}</span>}
      {running && (
        <button type="button" className={styles['stop']} onClick={onStop} title={t('Stop (Esc)')} data-testid="stop">
          <Square size={11} fill="currentColor" aria-hidden /> {t('Stop')}
        </button>
      )}
      <button
        type="button"
        className={styles['send']}
        aria-label={t('Send')}
        data-testid="send"
        title={t(running ? 'Send now; the agent reads it after the current step (Enter), or after the turn (Alt+Enter)' : 'Send (Enter)')}
        disabled={isEmpty || blocked !== undefined}
        onClick={() => onSend()}
      >
        <ArrowUp size={17} strokeWidth={2.4} aria-hidden />
      </button>
    </div>
  )
}

function isSend({ key, shiftKey, keyCode, nativeEvent }: KeyboardEvent): boolean {
  return isSendKey({ key, shiftKey, keyCode, isComposing: nativeEvent.isComposing }) && !isTouch()
}

/** On a touch keyboard Enter is the only way to a new line, and the button is near. */
function isTouch(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches
}
