import { useEffect, type ReactNode } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { DropZone } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { takeFirstFiles } from '../store/first-files'
import { useAttempt, useRole } from '../store/session-view'
import { ChatPanel } from './chat-panel'
import { Opening } from './opening'
import { useTransfer } from './use-transfer'

/** The middle of a session's page. */
export function Conversation({ handle }: { readonly handle: SessionHandle | undefined }): ReactNode {
  if (handle === undefined) return <Opening />
  return (
    <FilesDrop key={handle.id} handle={handle}>
      <ChatPanel handle={handle} />
    </FilesDrop>
  )
}

interface FilesDropProps {
  readonly handle: SessionHandle
  readonly children: ReactNode
}

/** The conversation takes files too: they go into the workspace. So do those that the session was begun with. */
function FilesDrop({ handle, children }: FilesDropProps): ReactNode {
  const isWriter = useRole(handle)?.type === 'writer'
  const { bring } = useTransfer(handle)
  const attempt = useAttempt()
  useEffect(() => {
    const files = isWriter ? takeFirstFiles(handle.id) : undefined
    if (files !== undefined) bring(files)
  }, [handle, isWriter, bring])
  return (
    <DropZone
      label={t('Drop to import into the workspace')}
      disabled={!isWriter}
      onFiles={bring}
      onFailed={(error) => attempt(Promise.reject(error))}
    >
      {children}
    </DropZone>
  )
}
