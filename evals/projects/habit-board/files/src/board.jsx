import { streak } from './dates.js'

export function Board({ habits, today, dispatch, empty }) {
  if (habits.length === 0) return <p className="empty">{empty}</p>
  return (
    <ul className="board">
      {habits.map((habit) => (
        <li key={habit.id} className={habit.days.includes(today) ? 'habit done' : 'habit'}>
          <label>
            <input
              type="checkbox"
              checked={habit.days.includes(today)}
              onChange={() => dispatch({ type: 'toggle', id: habit.id, day: today })}
            />
            {habit.name}
          </label>
          <span className="streak">{streak(habit.days, today)} days</span>
          <button onClick={() => dispatch({ type: 'remove', id: habit.id })}>Remove</button>
        </li>
      ))}
    </ul>
  )
}

Board.defaultProps = { empty: 'No habits yet. Add the first one below.' }
