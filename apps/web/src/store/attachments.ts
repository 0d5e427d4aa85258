import type { Attachment, ModelInfo, SessionId } from '@tabwright/protocol'
import type { Catalogue } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'

/** What is attached to the message that was left in a session's box. */
export async function readAttached(drafts: Pick<Catalogue, 'readDraft'>, session: SessionId): Promise<readonly Attachment[]> {
  const kept = await drafts.readDraft(session, 'attached')
  const list: readonly Attachment[] = kept === '' ? [] : JSON.parse(kept)
  return list
}

/** Keeps it with the box; nothing attached, nothing is kept. */
export function saveAttached(drafts: Pick<Catalogue, 'saveDraft'>, session: SessionId, list: readonly Attachment[]): Promise<void> {
  return drafts.saveDraft(session, list.length === 0 ? '' : JSON.stringify(list), 'attached')
}

/** Why this model does not take an attachment, in one sentence. */
export function refusalOf({ label, refuses = [] }: Pick<ModelInfo, 'label' | 'refuses'>, { type, name }: Attachment): string | undefined {
  if (type === 'text' || !refuses.includes(type)) return undefined
  return t(
    type === 'image'
      ? '{model} takes no pictures, so {name} cannot be sent to it. Choose another model, or describe what matters in it.'
      : '{model} takes no PDF documents, so {name} cannot be sent to it. Choose another model, or describe what matters in it.',
    { model: label, name },
  )
}
