import { t } from '../language'
import { bytes } from '../layout/figures'

/** More text than this in one message freezes the box and helps no model. Characters. */
export const LONGEST_MESSAGE = 1_000_000

/** Why `incoming` cannot go into the box, or undefined when it can. The box keeps what it held. */
export function refusePaste(held: number, incoming: number): string | undefined {
  if (held + incoming <= LONGEST_MESSAGE) return undefined
  return t(
    'That is {size} of text; a message holds up to {limit}. The box is as it was: put the text into a file and name the file here.',
    {
      size: bytes(incoming),
      limit: bytes(LONGEST_MESSAGE),
    },
  )
}

/** A text of more lines is for the model to read, and in the box it hides what the person writes. */
const MOST_LINES = 20

/** Whether what is pasted is attached and not put into the box. */
export function isLongPaste(text: string): boolean {
  return linesIn(text) > MOST_LINES
}

/** What an attached paste is called: by the agent too, so in English. */
export function pasteName(text: string): string {
  return `Pasted text, ${linesIn(text)} lines`
}

const linesIn = (text: string): number => text.trimEnd().split('\n').length

/** Enter means send, unless it confirms an input-method composition (229 is what browsers report for keys the method took). */
export function isSendKey(event: {
  readonly key: string
  readonly shiftKey: boolean
  readonly keyCode: number
  readonly isComposing: boolean
}): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229
}
