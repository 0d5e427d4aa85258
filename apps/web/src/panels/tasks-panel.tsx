import { useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { Row, Todo } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { lazyPart } from '@tabwright/ui'
import { workIn } from '@tabwright/ui/tasks'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'
import { Loading } from './bench-panels'

const TasksPane = lazyPart('The tasks', async () => (await import('@tabwright/ui/tasks')).TasksPane)

const NO_TODOS: readonly Todo[] = []
const NO_ROWS: readonly Row[] = []

/** What the agent means to do, and what runs. */
export function TasksPanel({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const todos = useScreen(handle, (screen) => screen.todos) ?? NO_TODOS
  const rows = useScreen(handle, (screen) => screen.rows) ?? NO_ROWS
  const ports = useSyncExternalStore(handle.ports.subscribe, handle.ports.list)
  const isTerminalBusy = useSyncExternalStore(handle.subscribe, handle.terminal.isRunning)
  const onTerminal = useApp((state) => state.askTerminal)
  const work = useMemo(() => workIn(rows), [rows])
  return (
    <Loading>
      <TasksPane key={handle.id} todos={todos} {...work} ports={ports} isTerminalBusy={isTerminalBusy} onTerminal={onTerminal} />
    </Loading>
  )
}
