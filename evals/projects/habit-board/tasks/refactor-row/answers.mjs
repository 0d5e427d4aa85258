const row = (callbacks) => `import { streak } from './dates.js'

export function HabitRow({ habit, today, ${callbacks} }) {
  const isDone = habit.days.includes(today)
  return (
    <li className={isDone ? 'habit done' : 'habit'}>
      <label>
        <input type="checkbox" checked={isDone} onChange={() => ${callbacks === 'dispatch' ? "dispatch({ type: 'toggle', id: habit.id, day: today })" : 'onToggle()'}} />
        {habit.name}
      </label>
      <span className="streak">{streak(habit.days, today)} days</span>
      <button onClick={() => ${callbacks === 'dispatch' ? "dispatch({ type: 'remove', id: habit.id })" : 'onRemove()'}}>Remove</button>
    </li>
  )
}
`
const board = (props) => `import { HabitRow } from './habit-row.jsx'

export function Board({ habits, today, dispatch, empty }) {
  if (habits.length === 0) return <p className="empty">{empty}</p>
  return (
    <ul className="board">
      {habits.map((habit) => (
        <HabitRow key={habit.id} habit={habit} today={today} ${props} />
      ))}
    </ul>
  )
}

Board.defaultProps = { empty: 'No habits yet. Add the first one below.' }
`
export const right = [
  { read: 'src/board.jsx' },
  { write: 'src/habit-row.jsx', text: row('onToggle, onRemove') },
  {
    write: 'src/board.jsx',
    text: board(
      "onToggle={() => dispatch({ type: 'toggle', id: habit.id, day: today })} onRemove={() => dispatch({ type: 'remove', id: habit.id })}",
    ),
  },
  { try: 'npm test' },
]

// A component of its own that still knows about dispatch.
export const wrong = [
  { read: 'src/board.jsx' },
  { write: 'src/habit-row.jsx', text: row('dispatch') },
  { write: 'src/board.jsx', text: board('dispatch={dispatch}') },
  { try: 'npm test' },
]
