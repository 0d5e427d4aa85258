export function Summary({ habits, today, title, unit }) {
  const done = habits.filter((habit) => habit.days.includes(today)).length
  return (
    <header>
      <h1>{title}</h1>
      <p className="count">
        {done} of {habits.length} {unit}
      </p>
    </header>
  )
}

Summary.defaultProps = { title: 'Today', unit: 'done' }
