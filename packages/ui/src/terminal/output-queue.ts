import { t } from '../language'

/** Text waiting for the screen. When a program writes faster than the screen takes, the oldest goes and the loss is said. */
export interface OutputQueue {
  readonly text: string
  /** Characters that were let go since the last piece was taken. */
  readonly lost: number
}

export const NO_OUTPUT: OutputQueue = { text: '', lost: 0 }

/** More than the scrollback shows anyway. */
const MOST_WAITING = 2_000_000
const KEPT = 1_000_000
/** One write to xterm; it takes a few milliseconds, so keys and other work get their turn. */
const PIECE = 64_000

/** The queue with more at its end. */
export function pushed(queue: OutputQueue, text: string): OutputQueue {
  const all = queue.text + text
  if (all.length <= MOST_WAITING) return { ...queue, text: all }
  // At a line break, so that no escape sequence is cut in two.
  const cut = all.indexOf('\n', all.length - KEPT) + 1 || all.length - KEPT
  return { text: all.slice(cut), lost: queue.lost + cut }
}

/** The next piece to write and what is left. */
export function taken({ text, lost }: OutputQueue): readonly [string, OutputQueue] {
  const note = lost === 0 ? '' : `\x1b[0m\r\n\x1b[2m[${t('{count} characters came too fast to be shown', { count: lost })}]\x1b[0m\r\n`
  let end = Math.min(text.length, PIECE)
  const last = text.charCodeAt(end - 1)
  if (end < text.length && last >= 0xd800 && last <= 0xdbff) end -= 1
  return [note + text.slice(0, end), { text: text.slice(end), lost: 0 }]
}
