import { assertNever } from '@tabwright/protocol'
import { bytes } from '../layout/figures'
import type { BufferContent } from './buffers'

/** What stands where the text would, when there is none to show. */
export function sentenceFor(content: Exclude<BufferContent, { readonly type: 'text' }>): string {
  switch (content.type) {
    case 'loading':
      return 'Opening…'
    case 'binary':
      return `A binary file of ${bytes(content.size)}: there is no text to show.`
    case 'large':
      return `This file has ${bytes(content.size)}, more than the editor opens. The agent and the terminal can still read it.`
    case 'gone':
      return 'This file is no longer in the workspace.'
    case 'failed':
      return content.message
    default:
      return assertNever(content)
  }
}
