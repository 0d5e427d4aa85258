import { Suspense, useEffect, useState, type ReactNode } from 'react'
import { lazyLayer, lazyPart, mentionOf } from '@tabwright/ui'
import { assertNever } from '@tabwright/protocol'
import { previewOf, type Role, type SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import { useApp } from '../store/context'
import { takeFirstCommand } from '../store/first-command'
import { useAttempt, useRole, useScreen } from '../store/session-view'
import { useComments } from './use-comments'
import { useFolder } from './use-folder'
import { useFollowAgent } from './use-follow-agent'
import { useTransfer } from './use-transfer'
import styles from './bench-panels.module.css'

// Monaco and xterm weigh more than everything else together: they come with the first look at their pane.
const ChangesPane = lazyPart('The changes', async () => (await import('@tabwright/ui/changes')).ChangesPane)
const FilesPane = lazyPart('The files', async () => (await import('@tabwright/ui/files')).FilesPane)
const FolderDialog = lazyLayer('This dialog', async () => (await import('@tabwright/ui/files')).FolderDialog)
const PreviewPane = lazyPart('The preview', async () => (await import('@tabwright/ui/preview')).PreviewPane)
const TerminalPane = lazyPart('The terminal', async () => (await import('@tabwright/ui/terminal')).TerminalPane)

interface BenchPanelProps {
  readonly handle: SessionHandle
}

/** A pane whose script is on its way. */
export function Loading({ children }: { readonly children: ReactNode }): ReactNode {
  return <Suspense fallback={<div className={styles['loading']} role="status" aria-label={t('Loading')} />}>{children}</Suspense>
}

/** What the agent changed. */
export function ChangesPanel({ handle }: BenchPanelProps): ReactNode {
  const changes = useScreen(handle, (screen) => screen.changes)
  const role = useRole(handle)
  const request = useApp((state) => state.shownChange)
  const { comments, keep } = useComments(handle)
  const { take } = useTransfer(handle)
  return (
    <Loading>
      <ChangesPane
        key={handle.id}
        session={handle.id}
        changes={role?.type === 'opening' ? undefined : changes}
        source={handle}
        readOnly={role?.type !== 'writer'}
        comments={comments}
        onComments={keep}
        onSend={handle.send}
        onDownload={() => take({ type: 'patch' })}
        request={request}
      />
    </Loading>
  )
}

/** The workspace and its editor. */
export function FilesPanel({ handle }: BenchPanelProps): ReactNode {
  const changes = useScreen(handle, (screen) => screen.changes) ?? []
  const role = useRole(handle)
  const { bring, take } = useTransfer(handle)
  const attempt = useAttempt()
  const { folder, writing, onClose, onWritten } = useFolder(handle, bring)
  const request = useApp((state) => state.shownFile)
  const giveBack = useApp((state) => state.giveBack)
  const setView = useApp((state) => state.setView)
  const say = useApp((state) => state.say)
  const searchRequest = useApp((state) => state.fileSearch)
  const { follow, followed } = useFollowAgent(handle)
  const newest = useNewest(request, followed)
  return (
    <Loading>
      <FilesPane
        key={handle.id}
        source={handle}
        changes={changes}
        readOnly={role?.type !== 'writer'}
        onImport={bring}
        onExport={take}
        onDropFailed={(error) => attempt(Promise.reject(error))}
        onMention={(path) => {
          giveBack({ session: handle.id, text: `${mentionOf(path)} ` })
          setView('chat')
        }}
        onSay={say}
        folder={folder}
        request={newest}
        searchRequest={searchRequest}
        follow={follow}
      />
      {writing !== undefined && <FolderDialog key={handle.id} folder={writing} target={handle} onClose={onClose} onWritten={onWritten} />}
    </Loading>
  )
}

/** Of two wishes the one that came last. */
function useNewest<T>(one: T | undefined, other: T | undefined): T | undefined {
  const [seen, setSeen] = useState({ one, other, newest: one ?? other })
  if (seen.one === one && seen.other === other) return seen.newest
  const newest = seen.one === one ? other : one
  setSeen({ one, other, newest })
  return newest
}

/** Pages of the workspace. */
export function PreviewPanel({ handle }: BenchPanelProps): ReactNode {
  const giveBack = useApp((state) => state.giveBack)
  const setView = useApp((state) => state.setView)
  // For the agent, so in English. What a page printed is the page's: it goes along as a text of its own, and the person sends it.
  const onFix = (report: string): void => {
    giveBack({
      session: handle.id,
      text: 'Fix what goes wrong in the preview.',
      attached: [{ type: 'text', name: 'Console of the preview', text: report }],
    })
    setView('chat')
  }
  return (
    <Loading>
      <PreviewPane key={handle.id} preview={previewOf(handle)} onFix={onFix} />
    </Loading>
  )
}

/** The shells: the person's, and the agent's to look at. */
export function TerminalPanel({ handle }: BenchPanelProps): ReactNode {
  const role = useRole(handle)
  const attempt = useAttempt()
  const isWriter = role?.type === 'writer'
  const isAsked = useApp((state) => state.terminalAsked)
  const onFocused = useApp((state) => state.terminalFocused)
  useEffect(() => {
    const command = isWriter ? takeFirstCommand(handle.id) : undefined
    // Enter by itself: together with text it would be pasted, and only shown.
    if (command !== undefined) attempt(handle.terminal.input(command).then(() => handle.terminal.input('\r')))
  }, [handle, isWriter, attempt])
  return (
    <Loading>
      <TerminalPane
        key={handle.id}
        terminal={handle.terminal}
        agent={handle.agentTerminal}
        readOnly={!isWriter}
        why={untyped(role)}
        isAsked={isAsked}
        onFocused={onFocused}
      />
    </Loading>
  )
}

/** Why nothing can be typed into a terminal; a session that is being opened is there in a moment. */
function untyped(role: Role | undefined): string | undefined {
  switch (role?.type) {
    case undefined:
    case 'opening':
    case 'recovering':
    case 'writer':
      return undefined
    case 'follower':
      return t('Another tab has this session: take it over to type here.')
    case 'paused':
      return t('Nothing can be typed while the session is paused; what a command changed could not be kept.')
    case 'readonly':
    case 'failed':
      return t('Nothing can be typed: this session can only be read here.')
    default:
      return assertNever(role)
  }
}
