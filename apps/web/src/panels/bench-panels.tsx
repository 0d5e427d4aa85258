import { lazy, Suspense, type ReactNode } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { useApp } from '../store/context'
import { useRole, useScreen } from '../store/session-view'
import styles from './bench-panels.module.css'

// Monaco and xterm weigh more than everything else together: they come with the first look at their pane.
const ChangesPane = lazy(async () => ({ default: (await import('@tabwright/ui/changes')).ChangesPane }))
const FilesPane = lazy(async () => ({ default: (await import('@tabwright/ui/files')).FilesPane }))
const TerminalPane = lazy(async () => ({ default: (await import('@tabwright/ui/terminal')).TerminalPane }))

interface BenchPanelProps {
  readonly handle: SessionHandle
}

function Loading({ children }: { readonly children: ReactNode }): ReactNode {
  return <Suspense fallback={<div className={styles['loading']} role="status" aria-label="Loading" />}>{children}</Suspense>
}

/** What the agent changed. */
export function ChangesPanel({ handle }: BenchPanelProps): ReactNode {
  const changes = useScreen(handle, (screen) => screen.changes)
  const role = useRole(handle)
  const request = useApp((state) => state.shownChange)
  return (
    <Loading>
      <ChangesPane
        key={handle.id}
        changes={role?.type === 'opening' ? undefined : changes}
        source={handle}
        readOnly={role?.type !== 'writer'}
        request={request}
      />
    </Loading>
  )
}

/** The workspace and its editor. */
export function FilesPanel({ handle }: BenchPanelProps): ReactNode {
  const changes = useScreen(handle, (screen) => screen.changes) ?? []
  const role = useRole(handle)
  return (
    <Loading>
      <FilesPane key={handle.id} source={handle} changes={changes} readOnly={role?.type !== 'writer'} />
    </Loading>
  )
}

/** The shell. */
export function TerminalPanel({ handle }: BenchPanelProps): ReactNode {
  const role = useRole(handle)
  return (
    <Loading>
      <TerminalPane key={handle.id} terminal={handle.terminal} readOnly={role?.type !== 'writer'} />
    </Loading>
  )
}
