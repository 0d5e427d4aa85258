import { useEffect, useRef, type RefObject } from 'react'
import type { VirtualizerHandle } from 'virtua'
import type { TranscriptItem } from './group-rows'

/** What the page calls at the log to go from one message of the person's to the next. */
const STEP = 'tabwright:message-step'
/** A row that is far away is laid out within a few frames, or not at all. */
const MOST_FRAMES = 60

/** Goes to the person's next message in the log that is on the page, or to the one before. False where there is no log. */
export function stepMessage(by: 1 | -1): boolean {
  const log = document.querySelector('#main [role="log"]')
  return log?.dispatchEvent(new CustomEvent(STEP, { detail: by, cancelable: true })) === false
}

/** The place of the message that a step leads to, from place `at`; undefined where there is none. */
export function stepFrom(items: readonly TranscriptItem[], at: number, by: 1 | -1): number | undefined {
  const places = items.flatMap((item, place) =>
    item.type === 'row' && item.row.type === 'user' && item.row.from === 'user' ? [place] : [],
  )
  return by > 0 ? places.find((place) => place > at) : places.findLast((place) => place < at)
}

interface Stepping {
  readonly log: RefObject<HTMLElement | null>
  readonly list: RefObject<VirtualizerHandle | null>
  readonly items: readonly TranscriptItem[]
  /** The person goes somewhere: the end is not followed any more. */
  readonly onMove: () => void
}

/** Listens for the page's keys. The message that a step leads to has the focus, so that its buttons are the next stop. */
export function useMessageSteps({ log, list, items, onMove }: Stepping): void {
  const now = useRef({ items, onMove })
  useEffect(() => {
    now.current = { items, onMove }
  })
  useEffect(() => {
    const box = log.current
    if (box === null) return undefined
    const onStep = (event: Event): void => {
      if (!(event instanceof CustomEvent) || (event.detail !== 1 && event.detail !== -1)) return
      event.preventDefault()
      const { items: shown } = now.current
      const to = stepFrom(shown, placeOf(box) ?? shown.length, event.detail)
      if (to === undefined) return
      now.current.onMove()
      list.current?.scrollToIndex(to, { align: 'start' })
      focusAt(box, to, MOST_FRAMES)
    }
    box.addEventListener(STEP, onStep)
    return () => box.removeEventListener(STEP, onStep)
  }, [log, list])
}

/** The place of the row that has the focus, or whose button has it. */
function placeOf(box: HTMLElement): number | undefined {
  const row = box.contains(document.activeElement) ? document.activeElement?.closest('[data-place]') : null
  return row instanceof HTMLElement ? Number(row.dataset['place']) : undefined
}

function focusAt(box: HTMLElement, place: number, frames: number): void {
  const message = box.querySelector(`[data-place="${place}"] article`)
  if (message instanceof HTMLElement) message.focus({ preventScroll: true })
  else if (frames > 0) requestAnimationFrame(() => focusAt(box, place, frames - 1))
}
