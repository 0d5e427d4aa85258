import type { Content } from '@tabwright/protocol'
import type { Journal } from './journal'

/** The words of the newest answer; undefined where it has none, or where something was sent since. */
export function newestAnswer({ wire }: Pick<Journal, 'wire'>): string | undefined {
  const last = wire.at(-1)
  return last?.role === 'assistant' ? textOfRow(last.text) : undefined
}

/** The words of a message as it was sent. */
function textOfRow(row: string): string | undefined {
  const { content }: { readonly content?: readonly Content[] | string } = JSON.parse(row)
  if (typeof content === 'string') return content
  const text = (content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
  return text.trim() === '' ? undefined : text
}
