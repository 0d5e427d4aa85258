import type { ReactNode } from 'react'
import { assertNever, type Todo, type TodoState } from '@tabwright/protocol'
import { Check, Circle, CircleDot } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { t, type Phrase } from '../language'
import css from './tasks.module.css'

const WORDS: Readonly<Record<TodoState, Phrase>> = { pending: 'pending', in_hand: 'in hand', done: 'done' }

function signOf(state: TodoState): ReactNode {
  switch (state) {
    case 'pending':
      return <Circle size={14} />
    case 'in_hand':
      return <CircleDot size={14} />
    case 'done':
      return <Check size={14} />
    default:
      return assertNever(state)
  }
}

/** What the agent means to do, in its order, each with how far it is. */
export function TodoList({ todos }: { readonly todos: readonly Todo[] }): ReactNode {
  return (
    <ol className={css['todos']} aria-label={t('List of tasks')} data-testid="todos">
      {todos.map(({ text, state }, at) => (
        // The same words may stand twice in a list, and it is replaced whole.
        <li key={at} data-state={state}>
          <span className={css['sign']} aria-hidden>
            {signOf(state)}
          </span>
          <span className="visually-hidden">{t(WORDS[state])}: </span>
          <span className={css['text']}>
            <Visible text={text} />
          </span>
        </li>
      ))}
    </ol>
  )
}
