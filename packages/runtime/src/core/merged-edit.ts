import { fail, linesOf, type CallEdit, type EditBase, type Json } from '@tabwright/protocol'
import type { Ports } from './ports'

/** An edit that was put together with what the person wrote meanwhile. */
export interface MergedEdit {
  readonly input: { readonly [key: string]: Json }
  readonly base: EditBase
  readonly told: string
}

/**
 * The edit that makes of the file, as the person saw it, what they put together of both.
 * @throws FailureError `stale` when the file moved again, `bad_input` where nothing would change
 */
export async function mergedEdit(
  { workspace, text: codec }: Pick<Ports, 'workspace' | 'text'>,
  input: { readonly [key: string]: Json },
  { text, base }: Extract<CallEdit, { type: 'merged' }>,
): Promise<MergedEdit> {
  const { path } = input
  if (typeof path !== 'string') return fail('bad_input', 'This request is no edit of a file.')
  const entry = workspace.stat(path)
  if (!entry || entry.version !== base) return fail('stale', `${path} changed since it was shown; look at it again. Nothing was decided.`)
  const now = codec.decode(await workspace.read(path))
  if (now === undefined) return fail('bad_input', `${path} is a binary file: the edit is allowed or denied whole.`)
  if (now === text) return fail('bad_input', 'Nothing of the edit would be left; deny the request instead.')
  const told = `The person had changed ${path} while your edit waited, and put both together; what was written, if anything was, is not what you asked for. Read the current content before any further edit.`
  const changed = typeof input['content'] === 'string' ? { content: text } : replacement(now, text)
  return { input: { ...input, ...changed }, base: { path: entry.path, hash: entry.hash }, told }
}

/** The smallest run of whole lines that stands once in the file and leads to the new text. */
function replacement(now: string, text: string): { readonly old_text: string; readonly new_text: string } {
  const [was, is] = [linesOf(now), linesOf(text)]
  const most = Math.min(was.length, is.length)
  let [head, tail] = [0, 0]
  while (head < most && was[head] === is[head]) head++
  while (tail < most - head && was[was.length - 1 - tail] === is[is.length - 1 - tail]) tail++
  for (;;) {
    const old = was.slice(head, was.length - tail).join('')
    const isOnce = old !== '' && now.indexOf(old) === now.lastIndexOf(old)
    if (isOnce || head + tail === 0) return { old_text: old, new_text: is.slice(head, is.length - tail).join('') }
    head = Math.max(0, head - 1)
    tail = Math.max(0, tail - 1)
  }
}
