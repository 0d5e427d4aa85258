import { bytes } from '../layout/figures'

/** More text than this in one message freezes the box and helps no model. Characters. */
export const LONGEST_MESSAGE = 1_000_000

/** Why `incoming` cannot go into the box, or undefined when it can. The box keeps what it held. */
export function refusePaste(held: number, incoming: number): string | undefined {
  if (held + incoming <= LONGEST_MESSAGE) return undefined
  return `That is ${bytes(incoming)} of text; a message holds up to ${bytes(LONGEST_MESSAGE)}. The box is as it was: put the text into a file and name the file here.`
}

/** Enter means send, unless it confirms an input-method composition (229 is what browsers report for keys the method took). */
export function isSendKey(event: {
  readonly key: string
  readonly shiftKey: boolean
  readonly keyCode: number
  readonly isComposing: boolean
}): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229
}
