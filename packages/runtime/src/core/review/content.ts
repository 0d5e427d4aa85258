import { fail, type Workspace } from '@tabwright/protocol'
import type { TextCodec } from '../ports'
import type { PendingChange } from '../reviews'
import { withNow } from './lines'

/**
 * What the person last accepted of a file. Where they accepted parts of it, that was never a file: it is made of the contents that were.
 * @throws FailureError `not_found` when one of them is gone
 */
export async function contentOf(
  { workspace, text }: { readonly workspace: Pick<Workspace, 'blob'>; readonly text: TextCodec },
  { before, made }: Pick<PendingChange, 'before' | 'made'>,
): Promise<Uint8Array> {
  if (before === null) return fail('unexpected', 'A file that was not there has no content.')
  if (!made) return workspace.blob(before)
  const read = async (hash: typeof before): Promise<string> =>
    text.decode(await workspace.blob(hash)) ?? fail('unexpected', 'What was accepted by parts is no text.')
  let content = await read(made.from)
  for (const { shown, hunks } of made.steps) content = withNow({ old: content, now: await read(shown), hunks })
  return text.encode(content)
}
