import { assertNever } from '@tabwright/protocol'
import { t } from '../language'
import { bytes } from '../layout/figures'
import type { BufferContent } from './buffers'

/** What stands where the text would, when there is none to show. */
export function sentenceFor(content: Exclude<BufferContent, { readonly type: 'text' }>): string {
  switch (content.type) {
    case 'loading':
      return t('Opening…')
    case 'binary':
      return t('A binary file of {size}: there is no text to show.', { size: bytes(content.size) })
    case 'large':
      return t('This file has {size}, more than the editor opens. The agent and the terminal can still read it.', {
        size: bytes(content.size),
      })
    case 'gone':
      return t('This file is no longer in the workspace.')
    case 'failed':
      return content.message
    default:
      return assertNever(content)
  }
}
