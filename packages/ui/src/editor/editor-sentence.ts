import { assertNever } from '@tabwright/protocol'
import type { BufferContent } from './buffers'

const UNITS = ['bytes', 'kB', 'MB', 'GB']

/** A size as a person says it: 1 kB is 1000 bytes. */
export function sizeText(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`
}

/** What stands where the text would, when there is none to show. */
export function sentenceFor(content: Exclude<BufferContent, { readonly type: 'text' }>): string {
  switch (content.type) {
    case 'loading':
      return 'Opening…'
    case 'binary':
      return `A binary file of ${sizeText(content.size)}: there is no text to show.`
    case 'large':
      return `This file has ${sizeText(content.size)}, more than the editor opens. The agent and the terminal can still read it.`
    case 'gone':
      return 'This file is no longer in the workspace.'
    case 'failed':
      return content.message
    default:
      return assertNever(content)
  }
}
