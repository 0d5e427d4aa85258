import { useRef, useState, type RefObject } from 'react'
import { fail, failureOf, type Attachment } from '@tabwright/protocol'
import { t } from '../language'
import { LONGEST_MESSAGE, refusePaste } from './paste-limit'
import type { ComposerProps, SendWhen } from './composer'
import { commandIn } from './slash'
import { stopAndTakeBack } from './stop-and-take-back'
import { useAttached, type Attached } from './use-attached'

/** What is in the box and what can be done with it. */
export interface Box {
  readonly text: string
  /** Why the last thing tried did not work, in one sentence. */
  readonly problem: string | undefined
  readonly setProblem: (problem: string | undefined) => void
  /** Replaces the text, unless it is too long for a message. */
  readonly change: (text: string) => void
  /** Replaces the text, whatever its length: nothing that was written is refused. */
  readonly put: (text: string) => void
  /** Puts a text before what is there. */
  readonly before: (text: string) => void
  /** Takes such a text out again, unless it was changed since. */
  readonly out: (text: string) => void
  /** Sends the text, or does what it asks of the page. */
  readonly send: (when?: SendWhen) => void
  readonly attached: Attached
  readonly withdraw: (n: number, queued: string) => Promise<void>
  /** Stops the agent; what it has not read comes back. */
  readonly takeBack: () => void
}

type BoxProps = Pick<
  ComposerProps,
  'draft' | 'onDraft' | 'onSend' | 'onStop' | 'blocked' | 'queue' | 'onWithdraw' | 'commands' | 'attaching' | 'onSay'
>

const NONE: readonly Attachment[] = []

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n')

/**
 * Keeps one text after the other. Enter while one is being kept is heard: what is in the box by then goes out next.
 * @param keep gives what is left in the box, undefined when there is nothing to go on with
 */
function useOneByOne(keep: (text: string, when: SendWhen) => Promise<string | undefined>): (text: string, when: SendWhen) => Promise<void> {
  const turn = useRef<{ isBusy: boolean; asked: SendWhen | undefined }>({ isBusy: false, asked: undefined })
  return async (text, when) => {
    const { current } = turn
    current.asked = current.isBusy ? when : undefined
    if (current.isBusy) return
    current.isBusy = true
    let rest = await keep(text, when)
    while (current.asked !== undefined && rest !== undefined) {
      const { asked } = current
      current.asked = undefined
      rest = await keep(rest, asked)
    }
    current.isBusy = false
  }
}

/** Holds the text of a composer: it leaves the box only once it is kept somewhere else. */
export function useBox(props: BoxProps, box: RefObject<HTMLTextAreaElement | null>): Box {
  const { onDraft, onSend, blocked } = props
  const [text, setText] = useState(props.draft)
  const [problem, setProblem] = useState<string>()
  /** The newest text: what was typed while something was under way is in the box and not in this render. */
  const typed = (): string => box.current?.value ?? text

  const attached = useAttachedOf(props, setProblem)
  const put = (next: string): void => {
    setText(next)
    onDraft(next)
  }
  const change = (next: string): void => {
    const refusal = next.length > LONGEST_MESSAGE ? refusePaste(text.length, next.length - text.length) : undefined
    setProblem(refusal)
    if (refusal === undefined) put(next)
  }
  const before = (next: string): void => put(joined([next, typed()]))
  const out = (gone: string): void => {
    const now = typed()
    if (now === gone) put('')
    else if (now.startsWith(`${gone}\n\n`)) put(now.slice(gone.length + 2))
  }
  const keep = async (whole: string, when: SendWhen): Promise<string | undefined> => {
    const message = whole.trim()
    await attached.settled()
    const attachments = attached.now()
    const asked = attachments.length > 0 ? undefined : commandIn(message, props.commands ?? [])
    if ((message === '' && attachments.length === 0) || (blocked !== undefined && asked === undefined)) return undefined
    try {
      checkRefusals(attachments, props.attaching)
      await (asked === undefined ? onSend(message, attachments, when) : asked.command.run(asked.argument))
      setProblem(undefined)
      attached.gone(attachments)
      // What was typed while the message was being kept stays.
      const rest = typed().replace(whole, '')
      put(rest)
      return rest
    } catch (error) {
      const why = failureOf(error).message
      setProblem(
        asked === undefined
          ? t('{why} Your message is still in the box.', { why })
          : t('{why} What you typed is still in the box.', { why }),
      )
      return undefined
    }
  }
  const send = useOneByOne(keep)
  const back = takingBack({ props, attached, before, setProblem, focus: () => box.current?.focus() })
  return {
    text,
    attached,
    problem,
    setProblem,
    change,
    put,
    before,
    out,
    send: (when = 'step') => void send(text, when),
    ...back,
  }
}

function useAttachedOf({ attaching, onSay }: BoxProps, setProblem: Box['setProblem']): Attached {
  return useAttached({
    initial: attaching?.initial ?? NONE,
    read: attaching?.read,
    refusal: attaching?.refusal,
    onChange: (list) => attaching?.onChange(list),
    onProblem: onSay ?? setProblem,
  })
}

/** Another model may have been chosen since it was attached. @throws FailureError with the reason */
function checkRefusals(attachments: readonly Attachment[], attaching: BoxProps['attaching']): void {
  for (const one of attachments) {
    const refusal = attaching?.refusal?.(one)
    if (refusal !== undefined) fail('bad_input', refusal)
  }
}

interface TakingBack extends Pick<Box, 'attached' | 'before' | 'setProblem'> {
  readonly props: BoxProps
  readonly focus: () => void
}

/** How queued messages come back into the box, each with what is attached to it. */
function takingBack({ props, attached, before, setProblem, focus }: TakingBack): Pick<Box, 'withdraw' | 'takeBack'> {
  const { attaching, onWithdraw, onStop, queue } = props
  const stopped = async (): Promise<void> => {
    const { texts, attachments, problem } = await stopAndTakeBack({ queue, onWithdraw, onStop, attachmentsOf: attaching?.queued })
    if (texts.length > 0) before(joined(texts))
    attached.put(attachments)
    if (problem !== undefined) setProblem(problem)
  }
  return {
    withdraw: async (n, queued) => {
      try {
        // Read before it is taken back: nothing is in no place.
        const back = (await attaching?.queued?.(n)) ?? NONE
        if (await onWithdraw(n)) {
          before(queued)
          attached.put(back)
        } else setProblem(t('That message was delivered already.'))
        focus()
      } catch (error) {
        setProblem(failureOf(error).message)
      }
    },
    takeBack: () => void stopped(),
  }
}
