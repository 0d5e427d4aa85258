import type { Attachment, Workspace } from '@tabwright/protocol'
import type { SessionHandle } from '../client/api'
import { attachmentsOf } from '../core/attached'
import type { Platform } from './platform'

/** A message comes back into the box with what was attached to it. */
export async function attachedTo(
  {
    platform: { store, session },
    workspace,
  }: { readonly platform: Pick<Platform, 'store' | 'session'>; readonly workspace: Pick<Workspace, 'blob'> },
  message: Parameters<SessionHandle['attachmentsOf']>[0],
): Promise<readonly Attachment[]> {
  if ('queued' in message) {
    const row = (await store.readInbox(session)).find(({ n }) => n === message.queued)
    return row?.message.type === 'message' ? (row.message.attachments ?? []) : []
  }
  for await (const { type, data } of store.read(session, message.fact, message.fact)) {
    if (type === 'message.user') return attachmentsOf(data.content, workspace)
  }
  return []
}
