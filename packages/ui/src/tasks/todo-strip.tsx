import { useState, type ReactNode } from 'react'
import { doneOf, type Todo } from '@tabwright/protocol'
import { ChevronRight, ListChecks } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { t } from '../language'
import { TodoList } from './todo-list'
import css from './tasks.module.css'

/** How far the agent's list is, in one line over the box; it opens to the list. Nothing where there is none, or all of it is done and the agent rests. */
export function TodoStrip({ todos, isResting }: { readonly todos: readonly Todo[]; readonly isResting: boolean }): ReactNode {
  const [open, setOpen] = useState(false)
  const done = doneOf(todos)
  if (todos.length === 0 || (isResting && done === todos.length)) return null
  const now = todos.find(({ state }) => state === 'in_hand') ?? todos.find(({ state }) => state === 'pending')
  return (
    <div className={css['strip']} role="group" aria-label={t('Tasks')} data-testid="todo-strip">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ListChecks size={14} aria-hidden />
        <span className={css['count']}>{t('{done} of {all} done', { done, all: todos.length })}</span>
        <span className={css['now']}>{now !== undefined && <Visible text={now.text} />}</span>
        <ChevronRight size={14} aria-hidden className={css['chevron']} />
      </button>
      {open && (
        <div className={css['opened']} tabIndex={0} role="region" aria-label={t('List of tasks')}>
          <TodoList todos={todos} />
        </div>
      )}
    </div>
  )
}
