import type { ReactNode } from 'react'
import { doneOf, type CallRow, type Todo } from '@tabwright/protocol'
import { SquareTerminal } from 'lucide-react'
import { t } from '../language'
import { elapsed } from '../layout/figures'
import { useNow } from '../layout/use-now'
import { Visible } from '../approvals/exact-request'
import { ToolState } from '../chat/tool-state'
import { toolLine } from '../chat/tool-line'
import { isAtWork } from './at-work'
import { TodoList } from './todo-list'
import css from './tasks.module.css'

export interface TasksPaneProps {
  /** The agent's list as it kept it last. */
  readonly todos: readonly Todo[]
  /** Calls that gave work to a sub-agent, oldest first. */
  readonly agents: readonly CallRow[]
  /** Commands of the agent's that run. */
  readonly commands: readonly CallRow[]
  /** Where programs listen that were left running. */
  readonly ports: readonly number[]
  /** A command runs in the person's terminal. */
  readonly isTerminalBusy: boolean
  readonly onTerminal: () => void
}

/** What the agent means to do, who works for it, and what runs meanwhile. */
export function TasksPane({ todos, agents, ...running }: TasksPaneProps): ReactNode {
  return (
    <div className={css['pane']} tabIndex={0} role="region" aria-label={t('Tasks')} data-testid="tasks">
      <section aria-label={t('List of tasks')}>
        <h2>{t('List of tasks')}</h2>
        {todos.length === 0 ? (
          <p className={css['empty']}>{t('The agent keeps no list. It writes one when the work has several steps.')}</p>
        ) : (
          <>
            <p className={css['sum']}>{t('{done} of {all} done', { done: doneOf(todos), all: todos.length })}</p>
            <TodoList todos={todos} />
          </>
        )}
      </section>
      <section aria-label={t('Sub-agents')}>
        <h2>{t('Sub-agents')}</h2>
        {agents.length === 0 ? <p className={css['empty']}>{t('None was asked for.')}</p> : <Calls label={t('Sub-agents')} rows={agents} />}
      </section>
      <Running {...running} />
    </div>
  )
}

function Running({ commands, ports, isTerminalBusy, onTerminal }: Omit<TasksPaneProps, 'todos' | 'agents'>): ReactNode {
  const isQuiet = commands.length + ports.length === 0 && !isTerminalBusy
  return (
    <section aria-label={t('Running now')}>
      <h2>{t('Running now')}</h2>
      {isQuiet && <p className={css['empty']}>{t('No command runs.')}</p>}
      {commands.length > 0 && <Calls label={t('Commands of the agent')} rows={commands} />}
      {(isTerminalBusy || ports.length > 0) && (
        <ul className={css['calls']} aria-label={t('Beside the agent')}>
          {isTerminalBusy && (
            <li>
              <button type="button" onClick={onTerminal}>
                <SquareTerminal size={14} aria-hidden />
                <span className={css['text']}>{t('A command runs in your terminal')}</span>
              </button>
            </li>
          )}
          {ports.map((port) => (
            <li key={port}>
              <span className={css['text']}>{t('A program listens on port {port}', { port })}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Calls({ label, rows }: { readonly label: string; readonly rows: readonly CallRow[] }): ReactNode {
  const now = useNow(rows.some(isAtWork))
  return (
    <ul className={css['calls']} aria-label={label}>
      {rows.map((row) => {
        const { subject, notes } = toolLine(row)
        const ticking = isAtWork(row) && row.startedAt !== undefined ? [elapsed(now - row.startedAt)] : []
        return (
          <li key={row.key}>
            <ToolState state={row.state} />
            <span className={css['text']} data-mono={row.name === 'shell' || undefined}>
              <Visible text={subject} />
            </span>
            <span className={css['notes']}>{[...notes, ...ticking].join(' · ')}</span>
          </li>
        )
      })}
    </ul>
  )
}
